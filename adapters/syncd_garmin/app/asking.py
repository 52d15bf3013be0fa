"""One question through the package, and its errors as ours: what to do next.

Nothing is asked twice by this side; the package itself renews a refused token once. What a code
means is told by the one table of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from syncd.contract import Forbidden, Malformed, Response, Transient, refusal
from syncd_garmin.app.library import Library

HOST: Final = "Garmin Connect"
CONNECT_S: Final = 10.0
SILENCE_S: float = 30.0
TOTAL_S: Final = 120.0
MIB: Final = 1 << 20
LARGEST: Final = 64 * MIB
_CHUNK: Final = 1 << 16


def asked(
    library: Library,
    method: str,
    path: str,
    *,
    now: datetime,
    params: Mapping[str, str] | None = None,
    accept: str | None = None,
    passes: Collection[int] = (),
) -> Response:
    """Return the answer to one question.

    Raises the taxonomy by the code of a refusal that is not in ``passes``, ``Transient`` where
    nothing came, and whatever renewing the sign-in raises.
    """
    answer = _sent(library, method, path, params=params, accept=accept)
    if answer.status in passes:
        return answer
    if 300 <= answer.status < 400:
        raise Transient(
            f"{HOST} sent us elsewhere instead of answering. If this network wants a sign-in of"
            " its own (hotel, train), do that in a browser."
        )
    if answer.status >= 400:
        raise error_for(answer, now=now)
    return answer


class LibraryHttp:
    """The package as the client that Garmin's other adapter asks with; paths count, not hosts."""

    def __init__(
        self, library: Library, ready: Callable[[], None], now: Callable[[], datetime]
    ) -> None:
        self._library, self._ready, self._now = library, ready, now

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
        """Send one question, signed in by ``ready``; raises as ``HttpClient`` says."""
        del json  # nothing of Garmin's is asked with a body
        self._ready()
        return asked(
            self._library,
            method,
            urlsplit(url).path,
            now=self._now(),
            params=params,
            accept=(headers or {}).get("accept"),
            passes=passes,
        )


def error_for(answer: Response, *, now: datetime) -> Exception:
    """Return the error for a refusal; a page for people with 403 is no word of Garmin's."""
    if answer.status == 403 and answer.media_type == "text/html":
        return Transient(f"Something on the way to {HOST} answered for it (403).")
    return refusal(answer, HOST, now=now)


def closed_to_us(what: str) -> Forbidden:
    """Return the error for data that the person's own privacy settings hide from the app."""
    return Forbidden(
        f"Garmin hides {what} (privacy settings). In Garmin Connect allow them under Privacy."
    )


def _sent(
    library: Library,
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None,
    accept: str | None,
) -> Response:
    """Send; an error of the package is turned back into the answer that it stands for."""
    import requests  # noqa: PLC0415 - as the package

    library.last = None
    more: dict[str, Any] = {} if accept is None else {"headers": {"Accept": accept}}
    try:
        answer = library.client.request(
            method,
            "connectapi",
            path,
            params=dict(params or {}),
            timeout=(CONNECT_S, SILENCE_S),
            allow_redirects=False,
            stream=True,
            **more,
        )
        return read(answer)
    except library.errors.GarminConnectConnectionError as error:
        told = _behind(error) or library.last
        if told is None:
            raise Transient(f"{HOST} could not be reached.") from None
        return read(told)
    except requests.exceptions.Timeout:
        raise Transient(f"{HOST} did not answer in time.") from None
    except requests.exceptions.RequestException:
        raise Transient(f"{HOST} could not be reached, or its answer broke off.") from None


def _behind(error: BaseException) -> Any:  # noqa: ANN401 - an answer of requests
    """Return the answer behind an error of the package, ``None`` where it has lost it."""
    for one in (error, error.__cause__):
        found = getattr(one, "response", None)
        if found is not None:
            return found
    return None


def read(answer: Any) -> Response:  # noqa: ANN401 - of requests, of curl_cffi, or for 204
    """Return an answer of the package as ours, read to its end within limits."""
    headers = {name.lower(): value for name, value in getattr(answer, "headers", {}).items()}
    if getattr(answer, "_content_consumed", True):  # only answers of requests are read in pieces
        return Response(answer.status_code, answer.content, headers)
    body, begun = bytearray(), monotonic()
    with answer:
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > LARGEST:
                raise Malformed(f"{HOST} sent more than {LARGEST // MIB} MiB in one answer.")
            if monotonic() - begun > TOTAL_S:
                raise Transient(f"{HOST} took longer than {TOTAL_S:.0f} s to answer.")
    return Response(answer.status_code, bytes(body), headers)
