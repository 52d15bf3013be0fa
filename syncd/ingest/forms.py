"""Posting a form to a token endpoint: any answer comes back, only silence is an error."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from syncd.contract import Response, Transient
from syncd.ingest.http import quiet_libraries
from syncd.ingest.proxies import outward

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
MOST_BYTES = 1 << 20


def post_form(url: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """Post ``fields`` and return the answer, whatever its code, and without following detours.

    Raises ``Transient`` when no answer came, ``ConfigError`` for a proxy that cannot be used; no
    exception and no log line holds a field.
    """
    quiet_libraries()
    host = urlsplit(url).hostname or "the vendor"
    body = bytearray()
    try:
        with (
            outward(timeout=TIMEOUT) as client,
            client.stream("POST", url, data=dict(fields), headers=dict(headers)) as answer,
        ):
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise Transient(f"{host} answered the sign-in with far too much.")
    except httpx.HTTPError:
        raise Transient(f"{host} could not be reached for the sign-in.") from None
    names = {name.lower(): value for name, value in answer.headers.items()}
    return Response(status=answer.status_code, body=bytes(body), headers=names)
