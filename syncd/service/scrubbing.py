"""What must never be in a log, taken out: sign-ins, e-mail addresses, places. Pure.

By name where something says what it is, by shape where it does not. Rather a harmless word too
much is lost than a token kept.
"""

from __future__ import annotations

import re
from typing import Final

GONE: Final = "***"

_HUSH: Final = (
    r"(?:access|refresh|id|auth|api|session|csrf)?[_-]?tokens?|(?:client|consumer)?[_-]?secret"
    r"|passw(?:or)?d|passphrase|api[_-]?key|store[_-]?lock|code[_-]?verifier|assertion|mfa|otp"
    r"|(?:set-)?cookie|x-api-key"
)
_PLACE_NAMES: Final = (
    r"lat|lon|lng|long|latitude|longitude|latitudedegrees|longitudedegrees"
    r"|(?:start|end|position)[_-]?(?:lat|long|lon|latitude|longitude)|coordinates?"
)
_NAMED: Final = re.compile(
    rf"""(?ix) (?<![a-z]) (?P<name> {_HUSH} ) (?P<sign> ["']? \s* (?:[=:]|\s+is) \s* ["']? )
         (?: [^\s"'&,;}})\]<>]+ ) """
)
_PLACED: Final = re.compile(
    rf"""(?ix) (?<![a-z]) (?P<name> {_PLACE_NAMES} )
         (?P<sign> (?: ["']? \s* [=:] \s* [\["'(]* | \s*>\s* ) )
         [-+]?\d+(?:\.\d+)? (?: \s*,\s* [-+]?\d+(?:\.\d+)? )* """
)
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        r"(?i)(?<=authorization)[\"']?\s*[:=]\s*[\"']?[^\r\n\"']+",
        r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{6,}",
        r"(?i)(?<=[?&])(?:code|state|key|sig|signature)=[^&\s\"'#]+",
        r"(?<=://)[^/@\s:]*:[^/@\s]+(?=@)",
        r"\bey[A-Za-z0-9_-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?",
        r"\bya29\.[\w.-]+",
        r"(?<![\w/])1//[\w-]{6,}",
        r"\bGOCSPX-[\w-]+",
        r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+",
        r"[-+]?\b\d{1,3}\.\d{4,}\s*[,;/ ]\s*[-+]?\d{1,3}\.\d{4,}",
        r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}(?![\w-])",
    )
)
_SECRET_FIELD: Final = re.compile(rf"(?i)(?:.*[_-])?(?:{_HUSH}|authorization|e?mail)")
_PLACE_FIELD: Final = re.compile(rf"(?i)(?:{_PLACE_NAMES})")


def scrubbed(text: str) -> str:
    """Return ``text`` without anything that looks like a secret, an address or a place."""
    for shape in _SHAPES:
        text = shape.sub(GONE, text)
    for named in (_NAMED, _PLACED):
        text = named.sub(rf"\g<name>\g<sign>{GONE}", text)
    return text


def scrubbed_field(name: str, value: object) -> object:
    """Return what may be written of a field: numbers and truth as they are, words scrubbed."""
    if value is None:
        return None
    if _SECRET_FIELD.fullmatch(name) or _PLACE_FIELD.fullmatch(name):
        return GONE
    return value if isinstance(value, bool | int | float) else scrubbed(str(value))
