"""Garmin by its Personal API: recorded walks with their files, totals of days, when it was worn.

What Garmin Connect (``syncd_garmin.app``) shares lies here too. Limits and losses:
docs/adapters/garmin.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from syncd.contract import (
    Adapter,
    ApiKey,
    Capabilities,
    Stream,
    StreamSpec,
    WindowKind,
    Write,
)
from syncd_garmin.client import connect
from syncd_garmin.parse import parse
from syncd_garmin.settings import GarminSettings, exchange

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

SIGN_IN: Final = ApiKey(
    called="Garmin key",
    where=(
        "Make one in Garmin Connect on the web, under Settings, Account, Personal API Key; Garmin"
        " shows it once. It needs a watch that has synced."
    ),
    env="GARMIN_PERSONAL_API_KEY",
    file=".config/garmin/connect-personal-api-key",
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
    Stream.WORKOUTS: StreamSpec(
        epoch=None,
        longest_window=31 * DAY,
        lookback=7 * DAY,
        history=None,
        poll_every=HOUR,
        whole_day=False,
    ),
    Stream.ROUTES: StreamSpec(
        epoch=None,
        longest_window=31 * DAY,
        lookback=7 * DAY,
        history=None,
        poll_every=HOUR,
        write=Write.UPSERT,
        whole_day=False,
        keeps_partial=True,  # one broken file does not take the others along
    ),
    Stream.DAILY: StreamSpec(
        epoch=DAY,
        longest_window=31 * DAY,
        lookback=3 * DAY,
        history=None,
        poll_every=DAY,
        window=WindowKind.CIVIL_DAYS,
        write=Write.UPSERT,  # when a day was worn is asked once; its sums come again
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
    name="garmin",
    summary="Garmin watches, through the Garmin Connect Personal API",
    advice=(
        "This key shows recorded walks and each day's sum of steps, not the minutes of the day: a"
        " walk that nobody recorded cannot be seen. A day of few steps can still be missed; one of"
        ' many that no recorded walk explains stays "can\'t tell". Press Start on the watch when'
        " you walk, or add garmin-connect as well: it sees 15-minute steps."
    ),
    capabilities=Capabilities(auth=SIGN_IN, streams=STREAMS, freshness=Stream.DEVICES),
    settings=GarminSettings,
    connect=connect,
    parse=parse,
    exchange=exchange,
)
