"""Garmin Connect, as Garmin's own app asks it: 15-minute steps and floors, activities, files.

Through the package ``garminconnect``. Limits and losses: docs/adapters/garmin-connect.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from syncd.contract import (
    Adapter,
    Capabilities,
    Password,
    PasswordSteps,
    Stream,
    StreamSpec,
    WindowKind,
    Write,
)
from syncd_garmin.app.client import connect
from syncd_garmin.app.library import note
from syncd_garmin.app.parse import parse
from syncd_garmin.app.settings import GarminConnectSettings
from syncd_garmin.app.signing_in import begin, resume

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def _of_now(
    *, poll_every: timedelta, epoch: timedelta | None = None, keeps_partial: bool = False
) -> StreamSpec:
    return StreamSpec(
        epoch=epoch,
        longest_window=timedelta.max,
        lookback=timedelta(0),
        history=None,
        poll_every=poll_every,
        write=Write.UPSERT,
        whole_day=False,
        keeps_partial=keeps_partial,
    )


STREAMS: Final = {
    Stream.DEVICES: _of_now(poll_every=HOUR),
    Stream.STEPS: StreamSpec(
        epoch=15 * MINUTE,
        longest_window=DAY,
        lookback=3 * DAY,
        history=None,
        poll_every=HOUR,
        window=WindowKind.CIVIL_DAYS,
    ),
    Stream.WORKOUTS: StreamSpec(
        epoch=None,
        longest_window=31 * DAY,
        lookback=7 * DAY,
        history=None,
        poll_every=2 * HOUR,
        whole_day=False,
    ),
    Stream.ROUTES: StreamSpec(
        epoch=None,
        longest_window=31 * DAY,
        lookback=7 * DAY,
        history=None,
        poll_every=2 * HOUR,
        write=Write.UPSERT,
        whole_day=False,
        keeps_partial=True,  # one broken file does not take the others along
    ),
    Stream.DAILY: StreamSpec(
        epoch=DAY,
        longest_window=27 * DAY,
        lookback=3 * DAY,  # as steps: a fresh look at those takes the floors of their days along
        history=None,
        poll_every=DAY,
        window=WindowKind.CIVIL_DAYS,
    ),
    Stream.PROFILE: _of_now(poll_every=DAY),
    Stream.FILES: _of_now(poll_every=HOUR, epoch=MINUTE, keeps_partial=True),
}
"""``FILES`` are a watch's own minutes of days that 15-minute steps do not decide."""

adapter = Adapter(
    name="garmin-connect",
    summary="Garmin watches, by the app's own interface: 15-minute steps (unofficial)",
    advice=(
        "Garmin does not sanction this road: it may close, and its sign-in fails now and then; the"
        " account is then told to you and nothing is lost. It shows steps by 15 minutes; days that"
        " those leave open are decided by the watch's own minutes."
    ),
    capabilities=Capabilities(auth=Password(mfa=True), streams=STREAMS, freshness=Stream.DEVICES),
    settings=GarminConnectSettings,
    connect=connect,
    parse=parse,
    password=PasswordSteps(begin, resume),
    note=note,
)
