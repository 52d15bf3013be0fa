"""What the package ``fitbit`` sends through: timed out, bounded, to one server and no other.

The package has no time-outs where it renews a sign-in, follows every detour and reads answers of
any size; ``oauthlib`` refuses plain addresses, even on this machine, unless the environment says
otherwise. All that is settled here, below both.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from syncd.contract import Malformed, Response, Transient
from syncd_fitbit.refusals import Heard

if TYPE_CHECKING:
    import requests

MIB: Final = 1 << 20
CONNECT_S, SILENCE_S, TOTAL_S = 10.0, 30.0, 120.0
LARGEST_BODY: Final = 64 * MIB
_TALKATIVE: Final = ("requests_oauthlib", "oauthlib", "urllib3", "fitbit")


class Wiring:
    """Carries the package's requests in place of its own transport; ``heard`` is the last answer.

    The library is loaded with the first of them: it opens a socket to look what there is.
    """

    def __init__(self, base_url: str) -> None:
        from requests.adapters import HTTPAdapter  # noqa: PLC0415 - loading it has effects

        self._carrier = HTTPAdapter(max_retries=0)
        self._is_plain = base_url.startswith("http://")
        self.heard: Heard | None = None

    def send(
        self,
        request: requests.PreparedRequest,
        *,
        proxies: dict[str, str] | None = None,
        **how: Any,  # noqa: ANN401 - the library's
    ) -> requests.Response:
        """Send once, read the answer whole, and keep it; raises what the library raises."""
        self.heard, begun = None, monotonic()
        url = request.url or ""
        if self._is_plain:
            request.url, proxies = plain(url), {}
        how |= {"stream": True, "timeout": (CONNECT_S, SILENCE_S), "proxies": proxies}
        answer = self._carrier.send(request, **how)
        with answer:
            body = _read(answer, begun)
        answer._content = body  # noqa: SLF001 - what the library does when it reads
        answer._content_consumed = True  # noqa: SLF001
        headers = {name.lower(): text for name, text in answer.headers.items()}
        said = Response(status=answer.status_code, body=body, headers=headers)
        self.heard = Heard(said, renewal="/oauth2/" in url)
        return answer

    def close(self) -> None:
        """Close every connection."""
        self._carrier.close()

    def forget(self) -> None:
        """Forget the last answer."""
        self.heard = None


def shown(base_url: str) -> str:
    """Return an address as ``oauthlib`` wants it; a plain one is made plain again on the way."""
    return "https://" + base_url.partition("://")[2]


def plain(url: str) -> str:
    """Return the address of this machine that ``shown`` was made of."""
    return "http://" + url.partition("://")[2]


def quiet_libraries() -> None:
    """Keep the libraries from logging tokens and addresses."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _read(answer: requests.Response, begun: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(1 << 16):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Malformed(
                f"Fitbit's server sent more than {LARGEST_BODY // MIB} MiB in one answer."
            )
        if monotonic() - begun > TOTAL_S:
            raise Transient(f"Fitbit's server took longer than {TOTAL_S:.0f} s to answer.")
    return bytes(body)
