"""Stand-ins with behaviour: a clock that is set, a client without a network, an ear for logs."""

from __future__ import annotations

import json as codec
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncd.contract import Response
from syncd.contract.refusals import refusal


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Go forward, or back."""
        self.at += by


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as a fake received it."""

    method: str
    url: str
    params: Mapping[str, str]
    json: object


@dataclass(slots=True)
class FakeHttp:
    """An ``HttpClient`` in memory: ``answer`` gives what the vendor says, codes become errors."""

    answer: Callable[[Asked], Response]
    now: Callable[[], datetime]
    asked: list[Asked] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        passes: Collection[int] = (),
    ) -> Response:
        """Answer as the true client does, without sending anything."""
        del headers
        self.asked.append(Asked(method, url, dict(params or {}), json))
        answer = self.answer(self.asked[-1])
        if answer.status < 400 or answer.status in passes:
            return answer
        raise refusal(answer, "fake.invalid", now=self.now())


def json_answer(value: object, status: int = 200) -> Response:
    """Return a JSON answer."""
    headers = {"content-type": "application/json"}
    return Response(status=status, body=codec.dumps(value).encode(), headers=headers)


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line, its arguments and whatever else hangs on the record."""
        parts = [record.getMessage(), repr(record.args)]
        if record.exc_info is not None:
            parts.append(logging.Formatter().formatException(record.exc_info))
        known = logging.LogRecord("", 0, "", 0, "", (), None).__dict__
        parts += [repr(v) for k, v in record.__dict__.items() if k not in known]
        self.heard.append(f"{record.name}: " + " ".join(parts))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Yield the lines that anything logs meanwhile, at every level."""
    ear, root = _Ear(), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield ear.heard
    finally:
        root.removeHandler(ear)
        root.setLevel(before)
