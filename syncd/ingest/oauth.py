"""The OAuth 2.0 sign-in (RFC 6749, loopback RFC 8252, PKCE RFC 7636): its addresses and answers.

Knows neither browsers nor sockets; ``send`` posts a form and returns the answer, whatever its
code.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from syncd.contract import AuthExpired, OAuth2, OAuthClient, Response, Retired, Transient
from syncd.ingest.grants import Grant, granted

Send = Callable[[str, Mapping[str, str], Mapping[str, str]], Response]
"""Post a form: (url, fields, headers) -> answer."""


class Declined(AuthExpired):
    """The vendor sent the browser back with a no: waiting on brings nothing."""


_PASSES_BY = {"temporarily_unavailable", "server_error", "slow_down"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in: what is asked, and what its answer must bring back."""

    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """Return the S256 challenge of the verifier (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def attempt(redirect: str) -> Attempt:
    """Return a new try that nobody can guess."""
    return Attempt(redirect, secrets.token_urlsafe(24), secrets.token_urlsafe(48))


def sign_in_url(auth: OAuth2, client: OAuthClient, tried: Attempt) -> str:
    """Return the page that a person opens in a browser."""
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": tried.redirect,
        "scope": " ".join(auth.scopes),
        "state": tried.state,
        **auth.authorize_params,
    }
    if auth.pkce:
        asked |= {"code_challenge": tried.challenge, "code_challenge_method": "S256"}
    mark = "&" if urlsplit(client.authorize_url).query else "?"
    return f"{client.authorize_url}{mark}{urlencode(asked)}"


def code_of(address: str, tried: Attempt) -> str:
    """Return the code in the address that the vendor sent the browser to.

    ``address`` may be all of it, or what follows the question mark. Raises ``AuthExpired`` when
    the person said no, when it belongs to another try, or when there is no code in it.
    """
    text = address.strip()
    query = urlsplit(text).query or text.partition("?")[2] or text
    said = {name: values[0] for name, values in parse_qs(query).items()}
    if "error" in said and said.get("state") in {None, tried.state}:
        if said["error"] == "access_denied":
            raise Declined("The sign-in was declined in the browser. Try again and allow it.")
        raise Declined(f'The vendor refused the sign-in ("{said["error"][:60]}").')
    if "code" not in said:
        raise AuthExpired(
            "There is no code in that address. Paste the whole address of the last page, "
            "from http on, even if the page looks broken."
        )
    if not secrets.compare_digest(said.get("state", ""), tried.state):
        raise AuthExpired(
            "That address belongs to another sign-in. Open the new link and paste what it ends at."
        )
    return said["code"]


def redeemed(
    auth: OAuth2, client: OAuthClient, tried: Attempt, code: str, *, send: Send, now: datetime
) -> Grant:
    """Return what the vendor grants for a code; raises ``AuthExpired`` or ``Transient``."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": tried.redirect,
    }
    if auth.pkce:
        fields["code_verifier"] = tried.verifier
    return _asked(auth, client, fields, before=None, send=send, now=now)


def refreshed(
    auth: OAuth2, client: OAuthClient, grant: Grant, *, send: Send, now: datetime
) -> Grant:
    """Return the grant with a fresh access token, and with the new refresh token if there is one.

    Raises ``AuthExpired`` only when the vendor says that the grant is dead (400 or 401 with its
    reason): a time-out, 403, 429, 5xx or a page of HTML revoke nothing and are ``Transient``.
    """
    if grant.refresh is None:
        raise AuthExpired("The vendor gave no lasting sign-in. Sign in again.")
    fields = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
    return _asked(auth, client, fields, before=grant, send=send, now=now)


def _asked(
    auth: OAuth2,
    client: OAuthClient,
    fields: dict[str, str],
    *,
    before: Grant | None,
    send: Send,
    now: datetime,
) -> Grant:
    headers = {"accept": "application/json"}
    if auth.client_auth == "basic":
        pair = f"{client.client_id}:{client.client_secret or ''}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        fields["client_id"] = client.client_id
        if client.client_secret is not None:
            fields["client_secret"] = client.client_secret
    answer = send(client.token_url, fields, headers)
    host = urlsplit(client.token_url).hostname or "the vendor"
    if answer.status == 200:
        return granted(answer.body, before=before, now=now, host=host)
    raise _refusal(answer, host)


def _refusal(answer: Response, host: str) -> AuthExpired | Retired | Transient:
    if answer.status == 410:
        return Retired(f"{host} has switched its sign-in off (410 Gone).")
    reason = _reason(answer.body) if answer.status in {400, 401} else None
    if reason is None or reason in _PASSES_BY:
        return Transient(f"{host} cannot renew the sign-in now ({answer.status}).")
    if reason in {"invalid_client", "unauthorized_client"}:
        return AuthExpired(
            f"{host} does not know this client any more: its secret was changed, or it was "
            "removed. Get a new client file, then sign in again."
        )
    if reason == "invalid_grant":
        return AuthExpired(f"{host} says that the sign-in has ended or was taken back.")
    return AuthExpired(f'{host} refused the sign-in ("{reason[:60]}").')


def _reason(body: bytes) -> str | None:
    """Return the error's name (RFC 6749, 5.2); ``None`` where the body is no such answer.

    Some vendors name it in a list of errors instead.
    """
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    listed = said.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else None
    reason = said.get("error", first.get("errorType") if isinstance(first, dict) else None)
    return reason if isinstance(reason, str) else None
