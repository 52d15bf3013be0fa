"""The package ``garminconnect``, opened so that it keeps nothing, retries nothing and says nothing.

Two versions matter: Python 3.11 resolves to 0.3.2, which changes no more, so that its insides may
be used where it has no door; newer ones are used through what they document. No file of tokens is
read or written, and the environment is not asked for one.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final

from syncd_garmin.app.settings import GarminConnectSettings

PACKAGE: Final = "garminconnect"
TOKEN_PATH: Final = "/di-oauth2-service/oauth/token"  # noqa: S105 - a path
CURRENT: Final = (0, 3, 20)
LARGEST_REFUSAL: Final = 1 << 20
_CHUNK: Final = 1 << 14
_TALKATIVE: Final = (PACKAGE, "urllib3", "curl_cffi")

if find_spec(PACKAGE) is None:  # the adapter is then listed as not available, with this name
    raise ModuleNotFoundError(f"No module named {PACKAGE!r}", name=PACKAGE)


@dataclass
class Library:
    """An opened client of the package, its errors, and the last answer that came to it."""

    garmin: Any
    errors: Any
    last: Any = field(default=None, repr=False)
    """The last ``requests`` answer: 0.3.2 raises errors without theirs."""
    posted: Callable[[Any], None] = field(default=lambda _answer: None, repr=False)
    """Is shown every answer about tokens before the package looks at it."""

    @property
    def client(self) -> Any:  # noqa: ANN401 - the package has no types
        """Return what speaks to Garmin."""
        return self.garmin.client


@contextmanager
def opened(settings: GarminConnectSettings) -> Iterator[Library]:
    """Yield the package's client without any sign-in; connections are closed afterwards."""
    import garminconnect  # noqa: PLC0415 - half a second that only those pay who ask Garmin
    import requests  # noqa: PLC0415

    _quiet()
    library = Library(_garmin(garminconnect), garminconnect)
    client = library.client
    sessions = [client.cs, _one_session(library, requests)]
    _listen_to_tokens(library)
    client._establish_session = _tokens_only(client)  # noqa: SLF001
    if settings.base_url is not None:
        _redirect(client, settings.base_url)
    try:
        yield library
    finally:
        for session in sessions:
            session.close()


def installed() -> str:
    """Return the version of the package that is installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "of unknown version"


def note() -> str | None:
    """Return which version runs and what that means; ``None`` with the current one."""
    here = installed()
    if _numbers(here) >= CURRENT:
        return None
    current = ".".join(map(str, CURRENT))
    why = "It needs Python 3.12" if sys.version_info < (3, 12) else "Upgrade it"
    return (
        f"{PACKAGE} {here} works, but is not the current {current}: Garmin may change its sign-in"
        f" and only newer versions follow. {why}."
    )


def _numbers(said: str) -> tuple[int, ...]:
    return tuple(int(part) for part in said.split(".") if part.isdecimal())


def _garmin(package: Any) -> Any:  # noqa: ANN401
    try:
        return package.Garmin(retry_attempts=0)
    except TypeError:  # before 0.3.20 nothing was tried twice
        return package.Garmin()


def _one_session(library: Library, requests: Any) -> Any:  # noqa: ANN401
    """Return the session that all questions go through, with an ear at it."""

    def heard(answer: Any, *_: object, **__: object) -> None:  # noqa: ANN401
        library.last = answer
        if answer.status_code == 204 or answer.status_code >= 300:
            _read_refusal(answer)

    client = library.client
    session = getattr(client, "_api_session", None)
    if session is None:
        session = requests.Session()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        client._fresh_api_session = lambda: session  # noqa: SLF001
    session.hooks["response"].append(heard)
    return session


def _read_refusal(answer: Any) -> None:  # noqa: ANN401
    """Read what is no data now, within limits: the package leaves it open, and with it the road."""
    body = bytearray()
    with answer:
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > LARGEST_REFUSAL:
                break
    answer._content, answer._content_consumed = bytes(body), True  # noqa: SLF001


def _listen_to_tokens(library: Library) -> None:
    client = library.client
    post = client._http_post  # noqa: SLF001

    def posted(url: str, **more: Any) -> Any:  # noqa: ANN401
        answer = post(getattr(client, "_di_token_url", url), **more, allow_redirects=False)
        library.posted(answer)
        return answer

    client._http_post = posted  # noqa: SLF001


def _tokens_only(client: Any) -> Callable[..., None]:  # noqa: ANN401
    """Return a way to take a ticket without falling back to cookies, which nobody can keep."""

    def establish(ticket: str, sess: object = None, service_url: str | None = None) -> None:
        del sess
        client._exchange_service_ticket(ticket, service_url=service_url)  # noqa: SLF001

    return establish


def _redirect(client: Any, base: str) -> None:  # noqa: ANN401
    client._connectapi = client._sso = client._connect = base  # noqa: SLF001
    client._di_token_url = base + TOKEN_PATH  # noqa: SLF001


def _quiet() -> None:
    """Keep the libraries from logging names, addresses and what is in their answers."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
