"""Google Health: minute steps, distance, climb, workouts with routes, days.

Limits and losses: docs/adapters/google-health.md.
"""

from __future__ import annotations

from datetime import timedelta
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
from syncd_google_health.client import connect
from syncd_google_health.parse import parse
from syncd_google_health.scopes import SCOPES
from syncd_google_health.settings import GoogleHealthSettings, client

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SIGN_IN: Final = OAuth2(
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    revoke_url="https://oauth2.googleapis.com/revoke",
    scopes=SCOPES,
    authorize_params={"access_type": "offline", "prompt": "consent"},
    short_grant=(
        "Google ends this sign-in after seven days, because your app is still in testing. In the"
        ' Google console choose "Publish app" (no review is needed for yourself), then sign in'
        " once more: a sign-in made before that still ends."
    ),
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
        epoch=MINUTE, longest_window=30 * DAY, lookback=3 * DAY, history=None, poll_every=HOUR
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
    name="google-health",
    summary="Fitbit and Pixel trackers, through the Google Health API",
    capabilities=Capabilities(auth=SIGN_IN, streams=STREAMS, freshness=Stream.DEVICES),
    settings=GoogleHealthSettings,
    connect=connect,
    parse=parse,
    client=client,
)
