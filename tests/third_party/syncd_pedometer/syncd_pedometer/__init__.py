"""A made-up vendor's pedometer: steps and distance by the minute, by a key of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from syncd.contract import Adapter, ApiKey, Capabilities, Stream, StreamSpec, Write
from syncd_pedometer.client import connect
from syncd_pedometer.parse import parse
from syncd_pedometer.settings import PedometerSettings
from syncd_pedometer.signing_in import exchange

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SIGN_IN: Final = ApiKey(
    called="Pedometer key",
    where="Make one on the pedometer's page, under Account, Keys.",
    env="PEDOMETER_KEY",
)

STREAMS: Final = {
    Stream.DEVICES: StreamSpec(
        epoch=None,
        longest_window=timedelta.max,
        lookback=timedelta(0),
        history=None,
        poll_every=HOUR,
        write=Write.UPSERT,
        whole_day=False,
    ),
    Stream.STEPS: StreamSpec(
        epoch=MINUTE,
        longest_window=7 * DAY,
        lookback=2 * DAY,
        history=365 * DAY,
        poll_every=HOUR,
    ),
    Stream.PROFILE: StreamSpec(
        epoch=None,
        longest_window=timedelta.max,
        lookback=timedelta(0),
        history=None,
        poll_every=DAY,
        write=Write.UPSERT,
        whole_day=False,
    ),
}

adapter = Adapter(
    name="pedometer",
    summary="the pedometer of the worked example, by its web service",
    capabilities=Capabilities(auth=SIGN_IN, streams=STREAMS, freshness=Stream.DEVICES),
    settings=PedometerSettings,
    connect=connect,
    parse=parse,
    exchange=exchange,
)
