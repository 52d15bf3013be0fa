"""Fitbit's Web API as it was, through the package ``fitbit``: for servers that still speak it.

The vendor's own service is switched off and answers 410. Limits, losses and the way on:
docs/adapters/fitbit.md.
"""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec
from typing import Final

from syncd.contract import (
    Adapter,
    Capabilities,
    OAuth2,
    Stream,
    StreamSpec,
    WindowKind,
    Write,
)
from syncd_fitbit.client import connect
from syncd_fitbit.parse import parse
from syncd_fitbit.scopes import SCOPES
from syncd_fitbit.settings import AUTHORIZE_URL, BASE_URL, FitbitSettings, client

if find_spec("fitbit") is None:  # loaded only when somebody asks the vendor: it is slow to load
    raise ModuleNotFoundError("the library fitbit is not installed", name="fitbit")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SIGN_IN: Final = OAuth2(
    authorize_url=AUTHORIZE_URL,
    token_url=f"{BASE_URL}/oauth2/token",
    revoke_url=f"{BASE_URL}/oauth2/revoke",
    scopes=SCOPES,
    client_auth="basic",
    renews_itself=True,
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
        epoch=MINUTE, longest_window=DAY, lookback=3 * DAY, history=None, poll_every=HOUR
    ),
    Stream.WORKOUTS: StreamSpec(
        epoch=None,
        longest_window=90 * DAY,
        lookback=7 * DAY,
        history=None,
        poll_every=HOUR,
        whole_day=False,
    ),
    Stream.ROUTES: StreamSpec(
        epoch=None,
        longest_window=30 * DAY,
        lookback=7 * DAY,
        history=None,
        poll_every=HOUR,
        write=Write.UPSERT,
        whole_day=False,
    ),
    Stream.DAILY: StreamSpec(
        epoch=DAY,
        longest_window=90 * DAY,
        lookback=3 * DAY,
        history=None,
        poll_every=DAY,
        window=WindowKind.CIVIL_DAYS,
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
    name="fitbit",
    summary="the Fitbit Web API, where a server still speaks it (Fitbit's own is off)",
    capabilities=Capabilities(
        auth=SIGN_IN,
        streams=STREAMS,
        freshness=Stream.DEVICES,
        reset_headers=("fitbit-rate-limit-reset",),
    ),
    settings=FitbitSettings,
    connect=connect,
    parse=parse,
    client=client,
)
