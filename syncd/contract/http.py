"""What an adapter asks with: one request, one answer, and errors that say what to do next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end; names of headers are in lower case."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def media_type(self) -> str:
        """Return what the vendor calls the body, without parameters; empty if it did not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class HttpClient(Protocol):
    """An authorised, timed-out, redacted client that raises the taxonomy for HTTP codes."""

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
        """Send one request and return the answer.

        Raise ``AuthExpired`` (401, after one fresh token), ``Forbidden`` (402, 403), ``Retired``
        (410), ``RateLimited`` (429, or 503 with a time), ``Transient`` (5xx, time-outs, broken
        connections, a detour to another host) and ``Malformed`` (any other refusal). Codes in
        ``passes`` are returned: what the body then says is the adapter's to read.
        """
