"""Fetch: the vendor's answers, untouched, one after the other. Nothing is understood here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from syncd.contract import ConfigError, Context, Cursor, Malformed, RawPayload, Stream, Window
from syncd_pedometer import wire
from syncd_pedometer.settings import PedometerSettings

PATHS: Final = {Stream.DEVICES: "device", Stream.PROFILE: "person"}
"""Streams that are answered at once, and know no window."""


@contextmanager
def connect(settings: PedometerSettings, context: Context) -> Iterator[PedometerConnection]:
    """Yield the road to the vendor; nothing is sent before ``fetch``."""
    yield PedometerConnection(settings, context)


class PedometerConnection:
    """Asks for one account."""

    def __init__(self, settings: PedometerSettings, context: Context) -> None:
        if context.http is None:
            raise ConfigError("The pedometer is asked over the network; there is no client for it.")
        self._http, self._context, self._base = context.http, context, settings.base_url

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield the answers for one stream, each before the next is asked for."""
        del cursor  # this vendor gives no continuation token
        if stream in PATHS:
            yield self._asked(stream, PATHS[stream], {}, None, 0)
        elif stream is Stream.STEPS:
            yield from self._minutes(window)
        else:
            raise ConfigError(f"The pedometer has no stream called {stream}.")

    def _minutes(self, window: Window | None) -> Iterator[RawPayload]:
        """Yield the pages of a window."""
        if window is None:
            raise ConfigError("The pedometer needs to know from when to when.")
        span = {"from": _told(window.start), "to": _told(window.end)}
        page: int | None = 1
        while page is not None:
            params = {**span, "page": str(page)}
            payload = self._asked(Stream.STEPS, "minutes", params, window, page - 1)
            yield payload
            following = wire.read(wire.Minutes, payload.body, "minutes", payload).next_page
            if following is not None and following <= page:
                raise Malformed("minutes: the pages go round in circles.", payload=payload)
            page = following

    def _asked(
        self,
        stream: Stream,
        path: str,
        params: Mapping[str, str],
        covers: Window | None,
        seq: int,
    ) -> RawPayload:
        """Return one answer as a payload; the client has told refusals from answers."""
        answer = self._http.request("GET", f"{self._base}/v1/{path}", params=params)
        return RawPayload(
            account=self._context.account,
            stream=stream,
            covers=covers,
            seq=seq,
            fetched_at=self._context.now(),
            media_type=answer.media_type,
            body=answer.body,
        )


def _told(at: datetime) -> str:
    return str(int(at.timestamp()))
