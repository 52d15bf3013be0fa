"""A vendor's sign-in: authorize, token and revoke, with every way a grant can end.

The person always consents at once; ``unticked`` are scopes they leave out. Times are the
simulated clock's. Codes and tokens are drawn from a seed: this keeps nobody's secrets.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from threading import Lock
from urllib.parse import urlencode, urlsplit

from syncd.sim.server import Answer, Request

ACCESS_LIFE = timedelta(seconds=3599)
TESTING_LIFE = timedelta(days=7)
CODE_LIFE = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True)
class Rules:
    """How the vendor treats grants; may be changed while it runs.

    ``rotating`` vendors hand out a new refresh token each time and forget the old one ``grace``
    later (at once without). ``testing`` grants end after seven days, whatever happens.
    """

    rotating: bool = False
    grace: timedelta | None = None
    testing: bool = False
    unticked: Collection[str] = ()
    access_life: timedelta = ACCESS_LIFE


@dataclass(slots=True)
class Grant:
    """What one person allowed once."""

    scopes: tuple[str, ...]
    refresh: str | None
    ends_at: datetime | None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class _Code:
    grant: Grant
    redirect: str
    challenge: str | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Replaced:
    """A refresh token that was rotated away: until when it may be sent again, and what for."""

    until: datetime
    answer: dict[str, object]
    grant: Grant


@dataclass(slots=True)
class SignIn:
    """The vendor's half of OAuth 2."""

    now: Callable[[], datetime]
    client_id: str = "simulated-client"
    client_secret: str = "simulated-secret"  # noqa: S105 - opens a door that leads nowhere
    rules: Rules = field(default_factory=Rules)
    seed: int = 1
    refreshes: int = 0
    _codes: dict[str, _Code] = field(default_factory=dict)
    _access: dict[str, tuple[Grant, tuple[str, ...], datetime]] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _replaced: dict[str, _Replaced] = field(default_factory=dict)
    _made: int = 0
    _lock: Lock = field(default_factory=Lock)

    def authorize(self, request: Request) -> Answer:
        """Consent, and send the browser back to the client with a code."""
        asked = request.query
        redirect = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.client_id:
            return _page(401, "invalid_client")
        if urlsplit(redirect).hostname not in {"127.0.0.1", "localhost"}:
            return _page(400, "redirect_uri_mismatch")
        if asked.get("response_type") != "code" or not asked.get("scope"):
            return _page(400, "invalid_request")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return _page(400, "invalid_request")
        scopes = tuple(s for s in asked["scope"].split() if s not in self.rules.unticked)
        offline = asked.get("access_type") == "offline" and asked.get("prompt") == "consent"
        with self._lock:
            grant = self._grant(scopes, offline=offline)
            code = self._new("code")
            ends = self.now() + CODE_LIFE
            self._codes[code] = _Code(grant, redirect, asked.get("code_challenge"), ends)
        back = urlencode({"code": code, "state": asked.get("state", ""), "scope": " ".join(scopes)})
        return Answer(302, headers={"Location": f"{redirect}?{back}"})

    def token(self, request: Request) -> Answer:
        """Exchange a code or a refresh token."""
        form = request.form()
        if (form.get("client_id"), form.get("client_secret")) != (
            self.client_id,
            self.client_secret,
        ):
            return _denied("invalid_client", "The OAuth client was not found.", 401)
        with self._lock:
            match form.get("grant_type"):
                case "authorization_code":
                    return self._exchange(form)
                case "refresh_token":
                    return self._renew(form)
        return _denied("unsupported_grant_type", "Invalid grant_type.")

    def revoke(self, request: Request) -> Answer:
        """End a grant by either of its tokens."""
        said = {**request.query, **request.form()}.get("token", "")
        with self._lock:
            known = self._refresh.get(said) or (self._access.get(said) or (None,))[0]
            if known is None:
                return _denied("invalid_token", "Token expired or revoked")
            known.revoked = True
        return Answer.of_json({})

    def consent(self, scopes: Collection[str]) -> tuple[str, str]:
        """Sign in without a browser; return access and refresh token."""
        with self._lock:
            grant = self._grant(tuple(scopes), offline=True)
            answer = self._answer(grant, grant.scopes)
        assert grant.refresh is not None
        return str(answer["access_token"]), grant.refresh

    def revoke_all(self) -> None:
        """Do what a person does who takes all permissions back."""
        with self._lock:
            for grant in self._refresh.values():
                grant.revoked = True

    def scopes_of(self, request: Request) -> tuple[str, ...] | None:
        """Return what the request's token allows, ``None`` if it is not valid (any more)."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        with self._lock:
            grant, scopes, ends = self._access.get(token, (None, (), self.now()))
            if kind != "Bearer" or grant is None or grant.revoked or ends <= self.now():
                return None
        return scopes

    def is_over(self, request: Request) -> bool:
        """Tell whether the request's token was good once and only its time is over."""
        _, _, token = request.headers.get("authorization", "").partition(" ")
        with self._lock:
            grant, _, ends = self._access.get(token, (None, (), self.now()))
            return grant is not None and not grant.revoked and ends <= self.now()

    def _grant(self, scopes: tuple[str, ...], *, offline: bool) -> Grant:
        ends = self.now() + TESTING_LIFE if self.rules.testing else None
        grant = Grant(scopes, self._new("refresh") if offline else None, ends)
        if grant.refresh is not None:
            self._refresh[grant.refresh] = grant
        return grant

    def _exchange(self, form: dict[str, str]) -> Answer:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.ends_at <= self.now():
            return _denied("invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != code.redirect:
            return _denied("redirect_uri_mismatch", "Bad Request")
        if code.challenge is not None and _s256(form.get("code_verifier", "")) != code.challenge:
            return _denied("invalid_grant", "Invalid code verifier.")
        answer = self._answer(code.grant, code.grant.scopes)
        if code.grant.refresh is not None:
            answer["refresh_token"] = code.grant.refresh
        return Answer.of_json(answer)

    def _renew(self, form: dict[str, str]) -> Answer:
        sent = form.get("refresh_token", "")
        old = self._replaced.get(sent)
        if old is not None and self.now() < old.until and not old.grant.revoked:
            return Answer.of_json(old.answer)
        grant = self._refresh.get(sent)
        ended = grant is None or (grant.ends_at is not None and grant.ends_at <= self.now())
        if grant is None or ended or grant.revoked:
            return _denied("invalid_grant", "Token has been expired or revoked.")
        wanted = tuple(form["scope"].split()) if form.get("scope") else grant.scopes
        if not set(wanted) <= set(grant.scopes):
            return _denied("invalid_scope", "Some requested scopes were invalid.")
        self.refreshes += 1
        answer = self._answer(grant, wanted)
        if self.rules.rotating:
            del self._refresh[sent]
            grant.refresh = self._new("refresh")
            self._refresh[grant.refresh] = grant
            answer["refresh_token"] = grant.refresh
            until = self.now() + (self.rules.grace or timedelta(0))
            self._replaced[sent] = _Replaced(until, answer, grant)
        return Answer.of_json(answer)

    def _answer(self, grant: Grant, scopes: tuple[str, ...]) -> dict[str, object]:
        token, life = self._new("access"), self.rules.access_life
        self._access[token] = (grant, scopes, self.now() + life)
        answer: dict[str, object] = {
            "access_token": token,
            "expires_in": int(life.total_seconds()),
            "scope": " ".join(scopes),
            "token_type": "Bearer",
        }
        if grant.ends_at is not None:
            left = int((grant.ends_at - self.now()).total_seconds()) - 1
            answer["refresh_token_expires_in"] = max(0, left)
        return answer

    def _new(self, kind: str) -> str:
        self._made += 1
        rng = Random(f"{self.seed}/{kind}/{self._made}")
        return f"sim-{kind}-{rng.getrandbits(160):040x}"


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _denied(error: str, description: str, status: int = 400) -> Answer:
    return Answer.of_json({"error": error, "error_description": description}, status)


def _page(status: int, error: str) -> Answer:
    body = f"<!DOCTYPE html><html><body>Error {status}: {error}</body></html>".encode()
    return Answer(status, body, "text/html; charset=utf-8")
