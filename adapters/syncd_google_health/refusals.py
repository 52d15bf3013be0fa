"""What Google's refusals mean: its reasons, sorted by what to do next.

Codes that mean the same at every vendor (401, 410, 429, most of 5xx) are told by the client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from syncd.contract import (
    AdapterError,
    AuthExpired,
    ConfigError,
    Forbidden,
    Malformed,
    Response,
    Stream,
    SyncdError,
    Transient,
)
from syncd_google_health.scopes import NEEDS, not_allowed

PASSES: Final = frozenset((400, 403, 404, 504))
"""Codes whose body says more than the code."""
TOO_LONG: Final = "INVALID_ROLLUP_QUERY_DURATION"
_SCOPES: Final = frozenset(("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "MISSING_OAUTH_SCOPE"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusing body says; empty where it is no Google error (a proxy's page, say)."""

    status: str = ""
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    known: bool = False


def refusal_of(answer: Response) -> Refusal:
    """Read a refusing body: Google's error object, OAuth's error word, or neither."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return Refusal()
    error = said.get("error") if isinstance(said, dict) else None
    if isinstance(error, str):
        return Refusal(reason=error, known=True)
    if not isinstance(error, dict):
        return Refusal()
    details = error.get("details")
    info = _info(details) if isinstance(details, list) else {}
    metadata = info.get("metadata")
    return Refusal(
        status=str(error.get("status", "")),
        reason=str(info.get("reason", "")),
        metadata={str(k): str(v) for k, v in metadata.items()}
        if isinstance(metadata, dict)
        else {},
        known=True,
    )


def error_for(answer: Response, stream: Stream) -> SyncdError:
    """Return the error for a passed answer of 400 or more."""
    said = refusal_of(answer)
    if said.reason == "invalid_token":
        return AuthExpired("Google does not accept the sign-in any more; sign in again.")
    if said.reason == "ACCOUNT_NOT_LINKED":
        return AuthExpired(
            "The Google account that signed in has no Google Health data. Sign in again with the"
            " account that the Fitbit or Google Health app uses."
        )
    if answer.status == 403:
        return _forbidden(said, stream)
    if answer.status == 504:
        return Transient("Google Health took too long, even for a small page (504).")
    if not said.known:
        return Transient(
            f"Something on the way to Google Health answered for it ({answer.status})."
        )
    return _our_fault(answer.status, said)


def _forbidden(said: Refusal, stream: Stream) -> SyncdError:
    if not said.known:
        return Transient("Something on the way to Google Health answered for it (403).")
    if said.reason in _SCOPES:
        return not_allowed(stream, NEEDS[stream])
    if said.reason == "DISALLOWED_OAUTH_SCOPES":
        return Forbidden(
            "Google refuses this sign-in because it carries permissions beyond Google Health, or"
            " some that your project does not list under Data access in the Google console."
            " Correct the list there and sign in again."
        )
    if said.reason == "SERVICE_DISABLED":
        return ConfigError(
            "The Google Health API is not switched on in your Google project. Enable it in the"
            " Google console under APIs & Services, then wait a few minutes."
        )
    if said.reason == "API_PRIVATE_PREVIEW_ACCESS_DENIED":
        return Forbidden("Google has not opened the Google Health API to your project.")
    if said.reason in {"RATE_LIMIT_EXCEEDED", "QUOTA_EXCEEDED"}:
        return Transient("Google Health was asked too often.")
    return Forbidden(f"Google Health does not give us {stream} ({_named(said)}).")


def _our_fault(status: int, said: Refusal) -> AdapterError:
    allowed = said.metadata.get("allowed_actions")
    hint = f"; it allows {allowed[:80]}" if allowed else ""
    return Malformed(
        f"Google Health refused the question ({status} {_named(said)}{hint}); this is a fault in"
        " syncd."
    )


def _named(said: Refusal) -> str:
    name = said.reason or said.status or "no reason given"
    return name[:60] if name.isprintable() else "no reason given"


def _info(details: list[Any]) -> dict[str, Any]:
    """Return the part of the details that has the reason; empty where none has."""
    found = (d for d in details if isinstance(d, dict))
    return next((d for d in found if str(d.get("@type", "")).endswith("ErrorInfo")), {})
