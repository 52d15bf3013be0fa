"""Refusals in Fitbit's shape."""

from __future__ import annotations

from typing import Any, Final

_MESSAGES: Final = {
    "expired_token": "Access token expired",
    "invalid_token": "Access token invalid",
    "insufficient_scope": "This application does not have permission for this data",
    "invalid_grant": "Refresh token invalid",
    "invalid_client": "Invalid authorization header format",
}


class RefusedError(Exception):
    """A question that Fitbit would refuse: HTTP code and the type of the error."""

    def __init__(self, code: int, kind: str = "request") -> None:
        super().__init__(kind)
        self.code, self.kind = code, kind

    def body(self) -> dict[str, Any]:
        """Return what is answered."""
        message = _MESSAGES.get(self.kind, "made up by the simulator")
        return {"errors": [{"errorType": self.kind, "message": message}], "success": False}
