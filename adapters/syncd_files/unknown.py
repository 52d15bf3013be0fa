"""The sentence for a file that is none of ours: what it looks like, and whether that is amiss."""

from __future__ import annotations

from typing import Final

from syncd.contract import Malformed
from syncd.formats.markup import DOCUMENT_TYPE
from syncd_files.opening import Opened
from syncd_files.places import Place
from syncd_files.recognise import (
    GZIP,
    PEEK,
    SIDE_FILES,
    XML,
    has_document_type,
    known,
    looks_like,
)
from syncd_files.rows import too_long

OF_EXPORT: Final = "a part of the export without steps or walks."


def unknown(file: Opened, header: bytes, place: Place, longest_line: int) -> Malformed:
    """Return the error for a file that begins with ``header``.

    What lies in an account's export is there because the account had it: no fault of anybody's.
    """
    if not header and not place.in_export:
        return Malformed("it is empty (0 bytes).")
    if file.packed and header.startswith(GZIP):
        return Malformed("it is packed twice; unpack it once.")
    if len(header) > longest_line and known(header) is None and not place.in_export:
        return too_long(1, longest_line)
    start = (header + file.read(PEEK))[:PEEK]
    if known(start) == XML and has_document_type(start) and not place.in_export:
        return Malformed(DOCUMENT_TYPE)
    if place.in_export:
        said = OF_EXPORT
        return Malformed(said, others=[said])
    said = f"neither a FIT, GPX or TCX recording nor a minute CSV: {looks_like(start)}."
    return Malformed(said, others=[said] if known(start) in SIDE_FILES else ())
