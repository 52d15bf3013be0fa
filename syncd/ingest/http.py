"""The client that adapters ask with: authorised, timed out, bounded, silent about what it carries.

It never waits and never tries again by itself, but for one fresh token after a 401: what comes
next is the scheduler's to decide, from the error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Final, Protocol, Self

import httpx

from syncd.contract import ConfigError, Malformed, Response, Transient
from syncd.contract.refusals import refusal
from syncd.ingest.proxies import outward

log = logging.getLogger(__name__)

MIB: Final = 1 << 20
UNAUTHORIZED: Final = 401
MOST_DETOURS: Final = 3
TIMEOUT, UNREACHABLE, BROKEN_OFF = "timeout", "unreachable", "broken_off"
"""What became of requests that brought no whole answer; of the others their status is told."""
_DETOURS: Final = frozenset((301, 302, 303, 307, 308))
_TALKATIVE: Final = ("httpx", "httpcore")


class Tokens(Protocol):
    """Where access tokens come from."""

    def __call__(self, *, refused: str | None = None) -> str:
        """Return a token; a fresh one if ``refused`` is the newest there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long one request may take and how much it may bring."""

    connect_s: float = 10.0
    silence_s: float = 30.0
    total_s: float = 120.0
    body_bytes: int = 64 * MIB


class VendorClient:
    """Speaks to one vendor for one account. Not for several threads at once."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        tokens: Tokens | None = None,
        reset_headers: tuple[str, ...] = (),
        limits: Limits | None = None,
        user_agent: str = "syncd",
        heard: Callable[[str], object] = lambda _became: None,
    ) -> None:
        """Make a client; ``heard`` is told what became of each request: a status, or a word."""
        quiet_libraries()
        self._now, self._tokens, self._reset_headers = now, tokens, reset_headers
        self._limits, self._heard = limits or Limits(), heard
        self.sent = 0
        """Requests sent so far."""
        timeout = httpx.Timeout(self._limits.silence_s, connect=self._limits.connect_s)
        agent = {"user-agent": user_agent, "accept": "application/json, */*;q=0.5"}
        self._client = outward(timeout=timeout, headers=agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

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
        """Send one request and return the answer; raises as ``HttpClient`` says."""
        try:
            target = httpx.URL(url, params=dict(params)) if params else httpx.URL(url)
        except httpx.InvalidURL:
            raise ConfigError(f'"{url[:80]}" is no address a request can go to.') from None
        build = _Question(method, json, dict(headers or {}))
        answer = self._authorised(build, target)
        if answer.status < 400 or answer.status in passes:
            return answer
        raise refusal(answer, self._host(target), now=self._now(), also=self._reset_headers)

    def _authorised(self, question: _Question, target: httpx.URL) -> Response:
        """Send with a token, and once more with a fresh one if that was refused."""
        if self._tokens is None:
            return self._followed(question, target, None)
        token = self._tokens()
        answer = self._followed(question, target, token)
        if answer.status != UNAUTHORIZED:
            return answer
        fresh = self._tokens(refused=token)
        return answer if fresh == token else self._followed(question, target, fresh)

    def _followed(self, question: _Question, target: httpx.URL, token: str | None) -> Response:
        """Send, and follow detours that stay with the same host."""
        for _ in range(MOST_DETOURS + 1):
            answer = self._sent(question, target, token)
            if answer.status not in _DETOURS:
                return answer
            elsewhere = target.join(answer.headers.get("location", ""))
            same = _origin(elsewhere) == _origin(target)
            if not same or question.method not in {"GET", "HEAD"}:
                break
            target = elsewhere
        raise Transient(
            f"{self._host(target)} sent us elsewhere instead of answering. If this network wants"
            " a sign-in of its own (hotel, train), do that in a browser."
        )

    def _sent(self, question: _Question, target: httpx.URL, token: str | None) -> Response:
        host, begun = self._host(target), monotonic()
        headers = dict(question.headers)
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        self.sent += 1
        became = BROKEN_OFF
        try:
            with self._client.stream(
                question.method, target, json=question.json, headers=headers
            ) as answer:
                body = self._read(answer, host, begun)
                became = str(answer.status_code)
        except httpx.TimeoutException:
            became = TIMEOUT
            raise Transient(f"{host} did not answer in time.") from None
        except httpx.UnsupportedProtocol:
            raise ConfigError(f"An address must begin with https://; {host} has none.") from None
        except httpx.DecodingError:
            raise Transient(f"{host} answered with damaged data.") from None
        except httpx.TransportError as error:
            became = UNREACHABLE if isinstance(error, httpx.ConnectError) else BROKEN_OFF
            raise Transient(f"{host} could not be reached: {_reason(error)}.") from None
        finally:
            self._heard(became)
        status, took_ms = answer.status_code, round(1000 * (monotonic() - begun))
        log.debug(
            "request answered method=%s host=%s status=%d bytes=%d ms=%d",
            question.method, host, status, len(body), took_ms,
        )  # fmt: skip
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=status, body=body, headers=names)

    def _read(self, answer: httpx.Response, host: str, begun: float) -> bytes:
        """Return the body; raise when it is larger or slower than any that is meant."""
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > self._limits.body_bytes:
                most = self._limits.body_bytes // MIB
                raise Malformed(f"{host} sent more than {most} MiB in one answer; it was cut off.")
            if monotonic() - begun > self._limits.total_s:
                raise Transient(f"{host} took longer than {self._limits.total_s:.0f} s to answer.")
        return bytes(body)

    @staticmethod
    def _host(target: httpx.URL) -> str:
        return target.host or "the vendor"


@dataclass(frozen=True, slots=True)
class _Question:
    """A request without its address and its token."""

    method: str
    json: object
    headers: Mapping[str, str]


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _reason(error: httpx.TransportError) -> str:
    """Return what went wrong in the library's kind of error, never in its words."""
    known: dict[type[Exception], str] = {
        httpx.ConnectError: "no connection",
        httpx.RemoteProtocolError: "the answer broke off",
        httpx.ReadError: "the connection broke",
        httpx.WriteError: "the connection broke",
    }
    return next((words for kind, words in known.items() if isinstance(error, kind)), "no answer")


def quiet_libraries() -> None:
    """Keep the libraries from logging addresses with all that is in them."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
