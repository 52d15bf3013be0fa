"""One fetch of an adapter: what it is about, and the payloads made of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from syncd.contract.adapter import Context
from syncd.contract.errors import ConfigError
from syncd.contract.http import Response
from syncd.contract.payload import RawPayload
from syncd.contract.window import Cursor, Stream, Window


class Fetch:
    """What a ``fetch`` was asked for, and by whom; numbers the payloads that it yields."""

    def __init__(
        self, stream: Stream, window: Window | None, cursor: Cursor | None, context: Context
    ) -> None:
        self.stream, self.cursor = stream, cursor
        self._window, self._context = window, context
        self._seq = count()

    @property
    def window(self) -> Window:
        """Return the window; raise ``ConfigError`` if nobody gave one."""
        if self._window is None:
            raise ConfigError(
                f"{self._context.account} needs to know from when to when {self.stream} is."
            )
        return self._window

    def payload(
        self,
        answer: Response,
        facts: Mapping[str, str],
        *,
        covers: Window | None = None,
        token: str | None = None,
    ) -> RawPayload:
        """Return an answer as a payload; it speaks for the window, or for ``covers``."""
        return RawPayload(
            account=self._context.account,
            stream=self.stream,
            covers=covers or self._window,
            seq=next(self._seq),
            fetched_at=self._context.now(),
            media_type=answer.media_type or "application/json",
            body=answer.body,
            facts=facts,
            token=token,
        )
