"""What Garmin's refusals mean; their bodies say next to nothing, often ``{}``.

Codes that mean the same at every vendor (401, 410, 429, most of 5xx) are told by the client.
"""

from __future__ import annotations

from typing import Final

from syncd.contract import AdapterError, Forbidden, Malformed, Response, Stream, Transient

PASSES: Final = frozenset((400, 403, 404, 406, 500))
"""Codes that mean something of their own here."""


def is_nothing(answer: Response) -> bool:
    """Tell whether Garmin says that there is no such thing: 204, an empty body, or 404."""
    if answer.status == 404:
        return answer.media_type != "text/html"
    return answer.status < 300 and not answer.body.strip()


def error_for(answer: Response, stream: Stream) -> AdapterError:
    """Return the error for a passed answer of 400 or more."""
    code = answer.status
    if answer.media_type == "text/html":
        return Transient(f"Something on the way to Garmin answered for it ({code}).")
    if code == 500:
        return Transient("Garmin has trouble of its own (500); it is asked again later.")
    if code == 403:
        return Forbidden(f"Garmin does not let this account read {stream} (403).")
    if code == 404:
        return Forbidden(f"Garmin does not offer {stream} here (404).")
    return Malformed(f"Garmin refused the question ({code}); this is a fault in syncd.")
