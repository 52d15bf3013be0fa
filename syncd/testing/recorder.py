"""Write payloads for fixtures with everything personal taken out, and read them back.

Numbers that measure stay, so that records can be checked; what names a person, a place, a device
or a moment of somebody's life does not: texts that are not among the vendor's own words become
letters, places become 0, and all times move by one whole number of days.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from syncd.contract import ConfigError, RawPayload, Stream, Window

_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_PLAIN: Final = re.compile(r"-?\d+(?:\.\d+)?s?|NaN")
_LONG_NUMBER: Final = re.compile(r"\d{9,}")
_PLACES: Final = re.compile(r"lat|lon|lng|position|coord|place|address|city", re.IGNORECASE)
_PERSONAL: Final = re.compile(
    r"name|mail|note|title|description|token|secret|mac|serial|user|owner|id$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Takes out what is personal. ``words`` are the vendor's own, kept as they are.

    ``shift`` moves every time; choose whole weeks, so that days of the week stay.
    """

    shift: timedelta
    words: Collection[str] = ()

    def payload(self, payload: RawPayload) -> RawPayload:
        """Return a payload without anything personal; raise ``ConfigError`` if it is no JSON."""
        try:
            said = json.loads(payload.body)
        except ValueError:
            raise ConfigError(
                f"Only JSON can be scrubbed, and an answer about {payload.stream} is none."
            ) from None
        body = json.dumps(self.value(said, ""), ensure_ascii=False, indent=1).encode()
        return replace(
            payload,
            account="someone",
            covers=self._window(payload.covers),
            fetched_at=payload.fetched_at + self.shift,
            body=body,
            facts={key: self._fact(key, text) for key, text in payload.facts.items()},
            token=None,
        )

    def value(self, said: Any, key: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return a value as it may be kept under ``key``."""
        if isinstance(said, dict):
            if {"year", "month", "day"} <= said.keys():
                return said | self._date(said)
            return {inner: self.value(value, inner) for inner, value in said.items()}
        if isinstance(said, list):
            return [self.value(value, key) for value in said]
        if isinstance(said, bool) or said is None:
            return said
        if isinstance(said, int | float):
            return 0 if _PLACES.search(key) else said
        return self.text(str(said), key)

    def text(self, said: str, key: str) -> str:
        """Return a text as it may be kept under ``key``."""
        if said in self.words or not said:
            return said
        if _MOMENT.fullmatch(said):
            return self._moved(said)
        if _PERSONAL.search(key) or _PLACES.search(key) or not _PLAIN.fullmatch(said):
            return self._letters(said)
        return self._letters(said) if _LONG_NUMBER.search(said) else said

    def _letters(self, said: str) -> str:
        """Return a name that is the same for the same text, and says nothing of it."""
        parts = re.split(r"([/:])", said)
        return "".join(part if part in "/:" or part in self.words else _name(part, self.shift)
                       for part in parts)  # fmt: skip

    def _moved(self, said: str) -> str:
        at = datetime.fromisoformat(said) + self.shift
        return at.isoformat().replace("+00:00", "Z" if said.endswith("Z") else "+00:00")

    def _date(self, said: Mapping[str, Any]) -> dict[str, int]:
        moved = datetime(said["year"], said["month"], said["day"], tzinfo=UTC) + self.shift
        return {"year": moved.year, "month": moved.month, "day": moved.day}

    def _fact(self, key: str, text: str) -> str:
        try:
            inner = json.loads(text) if text.startswith(("{", "[")) else None
        except ValueError:
            inner = None
        if inner is not None:
            return json.dumps(self.value(inner, key), ensure_ascii=False)
        return text if key == "type" else self.text(text, key)

    def _window(self, window: Window | None) -> Window | None:
        if window is None:
            return None
        return Window(window.start + self.shift, window.end + self.shift)


def write(path: Path, payloads: Iterable[RawPayload], scrubber: Scrubber) -> int:
    """Write scrubbed payloads as JSON, one a line, and return how many there are."""
    lines = [json.dumps(_told(scrubber.payload(p)), ensure_ascii=False) for p in payloads]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def read(path: Path) -> Iterator[RawPayload]:
    """Yield the payloads that ``write`` wrote."""
    for line in path.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        covers = said["covers"]
        yield RawPayload(
            account=said["account"],
            stream=Stream(said["stream"]),
            covers=Window(*map(datetime.fromisoformat, covers)) if covers else None,
            seq=said["seq"],
            fetched_at=datetime.fromisoformat(said["fetched_at"]),
            media_type=said["media_type"],
            body=said["body"].encode(),
            facts=said["facts"],
        )


def _told(payload: RawPayload) -> dict[str, Any]:
    covers = payload.covers
    return {
        "account": payload.account,
        "stream": payload.stream.value,
        "covers": [covers.start.isoformat(), covers.end.isoformat()] if covers else None,
        "seq": payload.seq,
        "fetched_at": payload.fetched_at.isoformat(),
        "media_type": payload.media_type,
        "facts": dict(payload.facts),
        "body": payload.body.decode(),
    }


def _name(said: str, salt: timedelta) -> str:
    digest = hashlib.blake2b(f"{salt}/{said}".encode(), digest_size=5).digest()
    return "x" + "".join(chr(ord("a") + byte % 26) for byte in digest) if said else said
