"""Where versions of the package differ about signing in.

0.3.2 posts the password without the cookies of the sign-in page, which Garmin answers with 429,
and keeps a sign-in that waits for a code in memory only. It is the last version for Python 3.11
and will not change, so both are mended here, in the way that 0.3.20 does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import uniform
from typing import Any, Final

from syncd_garmin.app.library import Library

PAUSE_S: tuple[float, float] = (2.0, 5.0)
"""Between reading the sign-in page and sending it, as somebody who types (0.3.20)."""
BLOCKED: Final = frozenset((427, 429))
_PLAIN: Final = {"mobile+requests", "portal+requests"}
"""Doors that differ from others by nothing but being taken for a robot more often."""
_TEXTS: Final = ("flow", "method", "service_url")
_COOKIE: Final = ("name", "value", "domain", "path", "secure", "expires")

Refuse = Callable[[Any], Any]


def prepare(library: Library, refuse: Refuse) -> None:
    """Let ``refuse`` raise as soon as anything says "too often"; nothing is asked by this.

    It gets the answer of 429 or 427, or ``None`` where only a body said so.
    """
    client = library.client
    library.posted = lambda answer: refuse(answer) if answer.status_code in BLOCKED else None
    if hasattr(client, "skip_strategies"):
        client.skip_strategies = set(_PLAIN)
        client.verify_login = False  # asked once, by this side
    mobile, portal = client._do_mobile_login, client._do_portal_web_login  # noqa: SLF001
    complete = client._complete_mfa  # noqa: SLF001
    old = not hasattr(client, "_mfa_client_state")

    too_often = library.errors.GarminConnectTooManyRequestsError

    def by_app(session: Any, email: str, password: str) -> None:  # noqa: ANN401
        _guard(session, refuse)
        if old:
            _read_the_page(library, session)
        try:
            mobile(session, email, password)
        except too_often:  # it may also hide in a body
            refuse(None)

    def by_browser(session: Any, email: str, password: str) -> None:  # noqa: ANN401
        _guard(session, refuse)
        try:
            portal(session, email, password)
        except too_often:
            refuse(None)

    def with_code(code: str) -> None:
        _guard(client._mfa_session, refuse)  # noqa: SLF001
        complete(code)

    client._do_mobile_login, client._do_portal_web_login = by_app, by_browser  # noqa: SLF001
    client._complete_mfa = with_code  # noqa: SLF001


def _guard(session: Any, refuse: Refuse) -> None:  # noqa: ANN401
    """Look at every answer of a session before the package does."""
    for verb in ("get", "post"):
        send = getattr(session, verb)

        def guarded(*args: Any, _send: Any = send, **more: Any) -> Any:  # noqa: ANN401
            answer = _send(*args, **more)
            if answer.status_code in BLOCKED:
                refuse(answer)
            return answer

        setattr(session, verb, guarded)


def _read_the_page(library: Library, session: Any) -> None:  # noqa: ANN401
    from garminconnect import client as package  # noqa: PLC0415 - as in library

    sso = library.client._sso  # noqa: SLF001
    page = session.get(
        f"{sso}/mobile/sso/en_US/sign-in",
        params={"clientId": package.IOS_SSO_CLIENT_ID, "service": package.IOS_SERVICE_URL},
        headers={"User-Agent": package.IOS_LOGIN_UA, "Accept": "text/html"},
        timeout=30,
    )
    if page.status_code == 403:
        raise library.errors.GarminConnectConnectionError("sign-in page: HTTP 403")
    time.sleep(uniform(*PAUSE_S))  # noqa: S311 - no secret


def pending(library: Library, state: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a sign-in that waits for a code as plain data; ``state`` is the package's, if any."""
    if isinstance(state, dict):
        return state
    client = library.client
    session = client._mfa_session  # noqa: SLF001
    jar = getattr(session.cookies, "jar", session.cookies)
    page = getattr(client, "_widget_last_resp", None)
    return {
        "flow": client._mfa_flow,  # noqa: SLF001
        "method": getattr(client, "_mfa_method", None),
        "service_url": getattr(client, "_mfa_service_url", None),
        "login_params": client._mfa_login_params,  # noqa: SLF001
        "post_headers": client._mfa_post_headers,  # noqa: SLF001
        "page": page.text if page is not None else None,
        "impersonate": getattr(session, "impersonate", None),
        "cookies": [{name: getattr(cookie, name) for name in _COOKIE} for cookie in jar],
    }


def restore(library: Library, state: dict[str, Any]) -> None:
    """Take up a pending sign-in again; raises ``KeyError``, ``TypeError``... for what is none."""
    client = library.client
    if hasattr(client, "_restore_mfa_state"):
        client._restore_mfa_state(state)  # noqa: SLF001
        return
    session = _session(state)
    for name in _TEXTS:
        setattr(client, f"_mfa_{name}", state[name])
    client._mfa_session = session  # noqa: SLF001
    client._mfa_login_params = dict(state["login_params"])  # noqa: SLF001
    client._mfa_post_headers = dict(state["post_headers"])  # noqa: SLF001
    if state["page"] is not None:
        client._widget_last_resp = _Page(str(state["page"]))  # noqa: SLF001


def _session(state: dict[str, Any]) -> Any:  # noqa: ANN401
    from curl_cffi import requests as cffi  # noqa: PLC0415 - as in library
    from requests import Session  # noqa: PLC0415
    from requests.cookies import create_cookie  # noqa: PLC0415

    like = state["impersonate"]
    session: Any = Session() if like is None else cffi.Session(impersonate=like)
    jar = getattr(session.cookies, "jar", session.cookies)
    for cookie in state["cookies"]:
        jar.set_cookie(create_cookie(**{name: cookie[name] for name in _COOKIE}))
    return session


class _Page:
    """The page that asks for a code, as far as the package reads it."""

    def __init__(self, text: str) -> None:
        self.text = text
