"""The JSON of account exports: which kind it is, and its elements, verbatim, in bounded pieces.

A heavy user's list of activities is beyond a hundred megabytes; it is cut between two elements,
which never changes a byte of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from syncd.contract import Malformed
from syncd_files.opening import Opened, size
from syncd_files.recognise import BOM

STEPS: Final = "takeout_steps_json"
ACTIVITIES: Final = "garmin_activities"
DAYS: Final = "garmin_days"

DEEPEST: Final = 64
CHUNK: Final = 1 << 16

_STEPS_NAME: Final = re.compile(r"steps-\d{4}-\d{2}-\d{2}\.json")
_MINUTE: Final = re.compile(rb'\[\s*\{\s*"dateTime"\s*:\s*"[^"]{0,40}"\s*,\s*"value"\s*:')
_ACTIVITIES: Final = re.compile(rb'\[\s*\{\s*"summarizedActivitiesExport"\s*:\s*\[')
_DAYS_NAME: Final = re.compile(r"UDSFile_?[0-9_-]*\.json", re.IGNORECASE)
_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_OPEN_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?\Z', re.DOTALL)


def document_kind(start: bytes, name: str) -> str | None:
    """Return which document of an export begins so, ``None`` for any other.

    The minutes of every family look alike: what they count only the file's name says.
    """
    text = start.removeprefix(BOM).lstrip()
    if _MINUTE.match(text):
        return STEPS if _STEPS_NAME.fullmatch(name) else None
    if _ACTIVITIES.match(text):
        return ACTIVITIES
    if text.startswith(b"[") and b'"calendarDate"' in text:
        by_name = _DAYS_NAME.fullmatch(name) is not None
        return DAYS if by_name or b'"totalSteps"' in text else None
    return None


def pieces(file: Opened, start: bytes, kind: str, most: int, largest: int) -> Iterator[bytes]:
    """Yield the document as JSON arrays of about ``most`` bytes of its elements, verbatim.

    Raise ``Malformed`` behind the good pieces for one that is cut off, nested too deeply, or has an
    element of more than ``largest`` bytes.
    """
    held, bulk = list[bytes](), 0
    try:
        for element in _elements(file, start, 3 if kind == ACTIVITIES else 1, largest):
            held.append(element)
            bulk += len(element)
            if bulk >= most:
                yield b"[" + b",".join(held) + b"]"
                held, bulk = [], 0
    except Malformed:
        if held:
            yield b"[" + b",".join(held) + b"]"
        raise
    if held:
        yield b"[" + b",".join(held) + b"]"


def _elements(file: Opened, start: bytes, depth: int, largest: int) -> Iterator[bytes]:
    """Yield the objects that lie ``depth`` levels deep."""
    left = bytearray(start.removeprefix(BOM))
    level, begin, at = 0, -1, 0
    while True:
        for token in _TOKEN.finditer(left, at):
            mark = token[0]
            at = token.end()
            if mark in (b"[", b"{"):
                if level == depth and mark == b"{":
                    begin = token.start()
                level += 1
                if level > DEEPEST:
                    raise Malformed("its JSON is nested too deeply; the rest was left out.")
            elif mark in (b"]", b"}"):
                level -= 1
                if level < 0:
                    raise Malformed("its JSON is damaged; the rest was left out.")
                if level == depth and begin >= 0:
                    yield bytes(left[begin:at])
                    begin = -1
        at, begin, left = _shortened(left, at, begin)
        if len(left) > largest:
            raise Malformed(f"an entry larger than {size(largest)}; the rest was left out.")
        chunk = file.read(CHUNK)
        if not chunk:
            break
        left += chunk
    if level:
        raise Malformed("its JSON is cut off; the rest was left out.")


def _shortened(left: bytearray, at: int, begin: int) -> tuple[int, int, bytearray]:
    """Drop what is done with: all before the element under way, or before an open string."""
    open_string = _OPEN_STRING.search(left, at)
    at = open_string.start() if open_string else len(left)
    keep = begin if begin >= 0 else at
    return at - keep, (0 if begin >= 0 else -1), left[keep:]
