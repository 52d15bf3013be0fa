"""Refusals in Google's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DOMAIN: Final = "health.googleapis.com"
_STATUS: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    504: "DEADLINE_EXCEEDED",
}


class RefusedError(Exception):
    """A question that Google would refuse: HTTP code, reason, and what it says besides."""

    def __init__(
        self,
        code: int,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        *,
        status: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason
        self.metadata = dict(metadata or {})
        self.status = status or _STATUS[code]

    def body(self) -> dict[str, Any]:
        """Return the error object."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": f"{self.reason or self.status} (simulated)",
            "status": self.status,
        }
        if self.reason:
            info: dict[str, Any] = {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": self.reason,
                "domain": DOMAIN,
            }
            error["details"] = [info | ({"metadata": self.metadata} if self.metadata else {})]
        return {"error": error}
