"""Garmin's sign-in for its app: page, password, code, and the tokens behind them.

Tokens carry the machine's true time, because the package that reads them asks the machine's clock.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any, Final

from syncd.sim.server import Answer, Handler, Request
from syncd_garmin.simulated.refusing import RefusedError, told

LOGIN: Final = "walker@example.org"
PASSWORD: Final = "simulated-password"  # noqa: S105 - opens a door that leads nowhere
CODE: Final = "123456"
COOKIE: Final = "SESSION"
TICKET: Final = "ST-simulated-ticket"
SERVICE_TICKET: Final = "https://connectapi.garmin.com/di-oauth2-service/oauth/grant/service_ticket"
LIFE_S: Final = 99_882
_PAGE: Final = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
_HTML: Final = "text/html; charset=utf-8"


class Mode(StrEnum):
    """How the sign-in answers a password."""

    PLAIN = "SUCCESSFUL"
    CODE = "MFA_REQUIRED"
    BLOCKED = "429"
    BLOCKED_IN_JSON = "429 in a JSON body"
    BLOCKED_427 = "427"
    CHALLENGE = "a page of Cloudflare with 403"
    CAPTCHA = "CAPTCHA_REQUIRED"
    NO_TOKEN = "no token for the ticket"  # noqa: S105 - a mode


@dataclass
class Sso:
    """The sign-in of one account; fields may be changed while it runs."""

    mode: Mode = Mode.PLAIN
    life_s: int = LIFE_S
    wait_s: int | None = None
    """``Retry-After`` of what is blocked."""
    refreshes: int = 0
    passwords: int = 0
    """How often a password was sent."""
    codes: int = 0
    _made: int = 0
    _access: dict[str, float] = field(default_factory=dict)
    _refresh: str | None = None
    _tickets: set[str] = field(default_factory=set)
    _waiting: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def issue(self) -> dict[str, Any]:
        """Return fresh tokens; the refresh token before is good no more."""
        with self._lock:
            self._made += 1
            ends = time.time() + self.life_s
            access = _jwt({"exp": int(ends), "client_id": "SIMULATED", "jti": self._made})
            self._access[access] = ends
            self._refresh = f"sim-refresh-{self._made}"
            return {
                "access_token": access,
                "refresh_token": self._refresh,
                "token_type": "Bearer",
                "expires_in": self.life_s,
            }

    def revoke(self) -> None:
        """Let no token be good any more."""
        with self._lock:
            self._access.clear()
            self._refresh = None

    def forget_access(self) -> None:
        """Let access tokens be good no more; they can be renewed."""
        with self._lock:
            self._access.clear()

    def guarded(self, handler: Handler) -> Handler:
        """Let nobody in without a token."""

        def answer(request: Request) -> Answer:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if self._access.get(token, 0.0) <= time.time():
                return told({"message": "Token is not active"}, 401)
            try:
                return handler(request)
            except RefusedError as refused:
                return refused.answer()

        return answer

    def page(self, request: Request) -> Answer:
        """Answer the sign-in page, with the cookie that the password needs."""
        del request
        if self.mode is Mode.CHALLENGE:
            return Answer(403, _PAGE, _HTML)
        return Answer(200, b"<html></html>", _HTML, {"Set-Cookie": f"{COOKIE}=sim-cookie; Path=/"})

    def login(self, request: Request) -> Answer:
        """Answer a password; one without the page's cookie is taken for a robot's."""
        self.passwords += 1
        if self.mode is not Mode.CHALLENGE and COOKIE not in request.headers.get("cookie", ""):
            return self._blocked(429)
        turned_away = self._turned_away()
        if turned_away is not None:
            return turned_away
        said = request.json()
        if (said.get("username"), said.get("password")) != (LOGIN, PASSWORD):
            return told({"responseStatus": {"type": "INVALID_USERNAME_PASSWORD"}})
        if self.mode is Mode.CODE:
            self._waiting.add("sim-cookie")
            return told(
                {
                    "responseStatus": {"type": "MFA_REQUIRED"},
                    "customerMfaInfo": {"mfaLastMethodUsed": "email"},
                }
            )
        return self._ticket(request)

    def verify(self, request: Request) -> Answer:
        """Answer the code."""
        self.codes += 1
        if self.mode is Mode.BLOCKED:
            return self._blocked(429)
        if not self._waiting or "sim-cookie" not in request.headers.get("cookie", ""):
            return told({"responseStatus": {"type": "SESSION_EXPIRED"}})
        if request.json().get("mfaVerificationCode") != CODE:
            return told({"responseStatus": {"type": "MFA_CODE_INVALID"}})
        self._waiting.clear()
        return self._ticket(request)

    def token(self, request: Request) -> Answer:
        """Exchange a ticket or a refresh token."""
        form = request.form()
        if form.get("grant_type") == SERVICE_TICKET:
            service = form.get("service_url", "")
            good = f"{form.get('service_ticket')} {service}" in self._tickets
            if good and self.mode is not Mode.NO_TOKEN:
                self._tickets.clear()
                return told(self.issue())
        elif form.get("grant_type") == "refresh_token":
            self.refreshes += 1
            if self._refresh is not None and form.get("refresh_token") == self._refresh:
                return told(self.issue())
        return told({"error": "invalid_grant"}, 400)

    def _turned_away(self) -> Answer | None:
        match self.mode:
            case Mode.BLOCKED:
                return self._blocked(429)
            case Mode.BLOCKED_427:
                return self._blocked(427)
            case Mode.BLOCKED_IN_JSON:
                return told({"error": {"status-code": "429"}})
            case Mode.CHALLENGE:
                return Answer(403, _PAGE, _HTML)
            case Mode.CAPTCHA:
                return told({"responseStatus": {"type": "CAPTCHA_REQUIRED"}})
        return None

    def _blocked(self, status: int) -> Answer:
        wait = {} if self.wait_s is None else {"Retry-After": str(self.wait_s)}
        return Answer(status, _PAGE, _HTML, wait)

    def _ticket(self, request: Request) -> Answer:
        self._tickets.add(f"{TICKET} {request.query.get('service', '')}")
        return told({"responseStatus": {"type": "SUCCESSFUL"}, "serviceTicketId": TICKET})


def routes_of(sso: Sso) -> tuple[tuple[str, str, Callable[[Request], Answer]], ...]:
    """Return (method, pattern, handler) of the sign-in."""
    return (
        ("GET", "/(?:mobile/sso/en_US|portal/sso/en-US)/sign-in", sso.page),
        ("GET", "/sso/(?:embed|signin)", sso.page),
        ("POST", "/(?:mobile|portal)/api/login", sso.login),
        ("POST", "/(?:mobile|portal)/api/mfa/verifyCode", sso.verify),
        ("POST", "/di-oauth2-service/oauth/token", sso.token),
    )


def _jwt(claims: dict[str, Any]) -> str:
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    told_parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    ]
    return ".".join([*told_parts, "simulated"])
