"""Tell by its first bytes what a file is, whatever it is called."""

from __future__ import annotations

import re
from typing import Final

from syncd.formats.minute_layout import column_names

GZIP: Final = b"\x1f\x8b"

_MAGICS: Final = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (or a spreadsheet); unpack it, or save the sheet as CSV"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document; save the sheet as CSV"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\0", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it first"),
    (b"\xff\xfe", "text in UTF-16; save it as CSV in UTF-8"),
    (b"\xfe\xff", "text in UTF-16; save it as CSV in UTF-8"),
)
_MARKUP: Final = (
    (rb"<gpx\b", "a GPX track, which this version cannot read yet"),
    (rb"<TrainingCenterDatabase\b", "a TCX activity, which this version cannot read yet"),
    (
        rb"<(HealthData|!DOCTYPE HealthData)\b",
        "an Apple Health export, which this version cannot read yet",
    ),
    (rb"<(!doctype html|html)\b", "a web page: perhaps an error page was saved as the file"),
    (rb"^<\?xml|^<\w", "an XML document"),
    (rb"^[\[{]", "a JSON document"),
)


def known(head: bytes) -> str | None:
    """Return what the first bytes say beyond doubt, ``None`` where they say nothing."""
    for mark, what in _MAGICS:
        if head.startswith(mark):
            return what
    start = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, what in _MARKUP:
        if re.search(pattern, start, re.IGNORECASE):
            return what
    return None


def looks_like(head: bytes) -> str:
    """Return what a file with this beginning looks like, for a sentence."""
    what = known(head)
    return _table(head) if what is None else f"it looks like {what}"


def _table(head: bytes) -> str:
    _, names = column_names(head.partition(b"\n")[0])
    shown = ", ".join(names[:4])
    if b"\0" in head or len(names) < 2 or not shown.isprintable():
        return "its first bytes are of no kind known here"
    more = ", ..." if len(names) > 4 else ""
    return (
        f"it looks like a table with the columns {shown[:80]}{more}; a minute CSV has ActivityHour"
        " with Steps00 to Steps59, or ActivityMinute with Steps"
    )
