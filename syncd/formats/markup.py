"""Read XML that nobody vouches for, element by element, without ever building a tree.

Of the libraries that could be used only defusedxml is: gpxpy builds the whole tree of a track, and
knows neither TCX nor a limit. A document type, and with it every entity, is refused before it can
do anything; depth and number of elements have a cap, as the bytes have one in the adapter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from syncd.contract import Malformed
from syncd.formats.problems import Problems

DEEPEST: Final = 64
MOST_ELEMENTS: Final = 8_000_000
LONGEST_TEXT: Final = 4096
"""Characters kept of one element's text: no number and no sport is longer."""
DOCUMENT_TYPE: Final = (
    "it has a document type with definitions of its own, as no recording does; refused."
)

_BOM: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SPACE: Final = b" \t\r\n"
_PADDING: Final = b"\0 \t\r\n"
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.-]{1,40})", re.ASCII)
_CUT_OFF: Final = frozenset((3, 5, 6, 20))  # what expat calls an end in the middle of something
_AFTER_THE_END: Final = 9
_AGAIN: Final = "Copy or export it again."


class Listener(Protocol):
    """Is told of elements; ``path`` names them from the root on, without their namespaces."""

    def opened(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        """Hear that an element begins."""

    def closed(self, path: Sequence[str], text: str) -> None:
        """Hear that an element ends, with the text since the last mark."""


def read(data: bytes, listener: Listener) -> str | None:
    """Tell a listener all that is in a document, up to where it breaks.

    Return a sentence about where and how it broke, ``None`` for a whole one; raise ``Malformed``
    for what no recording has: a document type, entities, bottomless nesting.
    """
    body, encoding, skipped = _prepared(data)
    parser = XMLParser(target=_Target(listener), encoding=encoding, forbid_dtd=True)
    try:
        # In one piece: a long token fed in parts is scanned anew with every part.
        parser.feed(body)
        parser.close()
    except DefusedXmlException:
        raise Malformed(DOCUMENT_TYPE) from None
    except ParseError as error:
        line, column = error.position
        return _broken(error.code, line + skipped, column)
    except (LookupError, ValueError):
        return "its first line names an encoding that is not known; save it as UTF-8."
    return None


def heard(data: bytes, listener: Listener, name: str) -> tuple[Problems, bool]:
    """Tell a listener all that is in a document; return what was wrong, and whether it was whole.

    Raise ``Malformed``, naming the file ``name``, for what no recording has.
    """
    problems = Problems()
    try:
        broken = read(data, listener)
    except Malformed as error:
        problems.extend(error)
        problems.raise_any(name)
        raise
    if broken is not None:
        problems.add(broken)
    return problems, broken is None


def _prepared(data: bytes) -> tuple[bytes, str | None, int]:
    """Return the document, an encoding to read it in whatever it says, and lines skipped.

    Some programs put blank lines before the declaration; some write names in Latin-1 and say that
    it is UTF-8. All that is read here is ASCII, so such names need not cost the outing.
    """
    if data.startswith(_UTF_16):
        return data, None, 0
    body = data.removeprefix(_BOM).lstrip(_SPACE)
    skipped = data[: len(data) - len(body)].count(b"\n")
    body = body.rstrip(_PADDING)
    declared = _DECLARED.match(body)
    if declared is None or declared[1].lower() in {b"utf-8", b"utf8"}:
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return body, "iso-8859-1", skipped
    return body, None, skipped


def _broken(code: int, line: int, column: int) -> str:
    if code in _CUT_OFF:
        return f"cut off in line {line}. {_AGAIN}"
    if code == _AFTER_THE_END:
        return f"something follows its end in line {line}; that was not read."
    return f"damaged in line {line}, column {column + 1}: not well-formed XML. {_AGAIN}"


class _Target:
    """What the parser reports to."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._path: list[str] = []
        self._count = 0
        self._text: list[str] = []
        self._room = LONGEST_TEXT

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag.rpartition("}")[2])
        self._count += 1
        if len(self._path) > DEEPEST:
            raise Malformed(
                f"its elements are nested more than {DEEPEST} deep, as no recording's are; refused."
            )
        if self._count > MOST_ELEMENTS:
            raise Malformed(
                f"it has more than {MOST_ELEMENTS:,} elements, as no recording does; refused."
            )
        self._forget()
        self._listener.opened(self._path, attributes)

    def data(self, text: str) -> None:
        if self._room > 0:
            self._text.append(text[: self._room])
            self._room -= len(text)

    def end(self, tag: str) -> None:
        del tag
        self._listener.closed(self._path, "".join(self._text).strip())
        self._path.pop()
        self._forget()

    def close(self) -> None:
        """Give nothing back: the listener has heard it all."""

    def _forget(self) -> None:
        self._text.clear()
        self._room = LONGEST_TEXT
