"""Tell by its first bytes what a file is, whatever it is called."""

from __future__ import annotations

import re
from typing import Final

from syncd.formats.minute_layout import column_names

BOM: Final = b"\xef\xbb\xbf"
GZIP: Final = b"\x1f\x8b"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
PEEK: Final = 16_384

XML, JSON = "an XML document", "a JSON document"
SIDE_FILES: Final = {XML, JSON}
"""What devices and apps keep beside recordings: sound, and nothing of ours."""

_MAGICS: Final = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
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
    (
        rb"<(HealthData|!DOCTYPE HealthData)\b",
        "an Apple Health export, which this version cannot read yet",
    ),
    (rb"<(!doctype html|html)\b", "a web page: perhaps an error page was saved as the file"),
    (rb"<kml\b", "a KML document; export the outing as GPX"),
    (rb"^<\?xml|^<!DOCTYPE|^<\w", XML),
    (rb"^[\[{]", JSON),
)
_DOCUMENT_TYPE: Final = re.compile(rb"<!DOCTYPE\b", re.IGNORECASE)
_ROOTS: Final = {b"gpx": "gpx", b"TrainingCenterDatabase": "tcx"}
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_NAME: Final = re.compile(rb"<(?:!DOCTYPE\s+)?(?:[\w.-]+:)?([\w.-]+)", re.ASCII)


def may_be_markup(head: bytes) -> bool:
    """Tell whether a file with these first bytes can be XML."""
    text = head.removeprefix(BOM).lstrip()
    return head.startswith(_UTF_16) or text.startswith(b"<") or (not text and len(head) > 0)


def markup(start: bytes) -> str | None:
    """Return the format, "gpx" or "tcx", of a document that begins so; ``None`` for others.

    The first element decides, or the document type that names it.
    """
    if start.startswith(_UTF_16):
        start = start.decode("utf-16", "ignore").encode()
    rest = _behind_prologue(start)
    name = None if rest is None else _NAME.match(rest)
    return None if name is None else _ROOTS.get(name[1])


def known(head: bytes) -> str | None:
    """Return what the first bytes say beyond doubt, ``None`` where they say nothing."""
    for mark, what in _MAGICS:
        if head.startswith(mark):
            return what
    start = head[:4096].removeprefix(BOM).lstrip()
    for pattern, what in _MARKUP:
        if re.search(pattern, start, re.IGNORECASE):
            return what
    return None


def has_document_type(start: bytes) -> bool:
    """Tell whether a document that begins so declares a document type before its first element."""
    if start.startswith(_UTF_16):
        start = start.decode("utf-16", "ignore").encode()
    return _DOCUMENT_TYPE.match(_behind_prologue(start) or b"") is not None


def _behind_prologue(start: bytes) -> bytes | None:
    """Return what follows the declaration and comments; ``None`` where they do not end."""
    rest = start.removeprefix(BOM).lstrip()
    while rest.startswith((b"<?", b"<!--")):
        _, end, rest = rest.partition(b"?>" if rest.startswith(b"<?") else b"-->")
        if not end:
            return None
        rest = rest.lstrip()
    return rest


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
        " with Steps00 to Steps59, or ActivityMinute with Steps; others time or day with steps"
    )
