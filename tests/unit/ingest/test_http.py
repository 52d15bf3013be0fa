"""The client that adapters ask with, over real sockets: errors, waits, limits, silence in logs."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from syncd.contract import (
    AdapterError,
    AuthExpired,
    ConfigError,
    Forbidden,
    Malformed,
    RateLimited,
    Response,
    Retired,
    Transient,
)
from syncd.contract.refusals import LONGEST_WAIT, refusal, retry_after
from syncd.ingest.forms import post_form
from syncd.ingest.http import Limits, VendorClient
from syncd.sim.faults import WAIT, FaultKind, Faults
from syncd.sim.server import Answer, Request, SimServer
from syncd.testing.fakes import SetClock, listening

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
QUICK = Limits(connect_s=2, silence_s=0.3, total_s=20, body_bytes=1 << 20)


class Vendor:
    """Answers with what it was asked, behind faults."""

    def __init__(self) -> None:
        self.clock = SetClock(NOW)
        self.requests: list[Request] = []
        self.next: Callable[[Request], Answer] = lambda _: Answer.of_json({"well": True})
        self.faults = Faults(self._answer, now=self.clock)
        self.server = SimServer(self.faults, now=self.clock, silence_s=2.0)

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.next(request)

    def ask(self, client: VendorClient, **options: object) -> Response:
        return client.request("GET", f"{self.server.url}/v1/steps", **options)  # type: ignore[arg-type]


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    one = Vendor()
    with one.server:
        yield one


@pytest.fixture
def client(vendor: Vendor) -> Iterator[VendorClient]:
    with VendorClient(now=vendor.clock, limits=QUICK, tokens=lambda refused=None: "t0k3n") as one:
        yield one


def test_an_answer_comes_whole_with_its_headers(vendor, client):
    answer = vendor.ask(client, params={"filter": 'a >= "2026-03-01" AND a < "b"'})
    assert (answer.status, answer.body) == (200, b'{"well":true}')
    assert answer.media_type == "application/json"
    [request] = vendor.requests
    assert request.query == {"filter": 'a >= "2026-03-01" AND a < "b"'}
    assert request.headers["authorization"] == "Bearer t0k3n"
    assert client.sent == 1


def test_what_is_sent_arrives(vendor, client):
    client.request("POST", f"{vendor.server.url}/x", json={"day": 8}, headers={"X-A": "b"})
    assert vendor.requests[0].json() == {"day": 8}
    assert vendor.requests[0].headers["x-a"] == "b"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FaultKind.UNAUTHORIZED, AuthExpired),
        (FaultKind.FORBIDDEN, Forbidden),
        (FaultKind.GONE, Retired),
        (FaultKind.TOO_MANY, RateLimited),
        (FaultKind.SERVER_ERROR, Transient),
        (FaultKind.BAD_GATEWAY, Transient),
        (FaultKind.UNAVAILABLE, Transient),
        (FaultKind.GATEWAY_TIMEOUT, Transient),
        (FaultKind.SILENCE, Transient),
        (FaultKind.CUT_BODY, Transient),
        (FaultKind.ELSEWHERE, Transient),
    ],
)
def test_every_fault_becomes_an_error_of_the_taxonomy(vendor, client, kind, expected):
    vendor.faults.add(kind, times=None)
    with pytest.raises(expected) as caught:
        vendor.ask(client)
    assert type(caught.value) is expected
    assert str(caught.value).endswith((".", "browser."))
    vendor.faults.clear()
    assert vendor.ask(client).status == 200


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY_SECONDS, FaultKind.TOO_MANY_DATE])
def test_retry_after_is_kept_in_seconds_and_as_a_date(vendor, client, kind):
    vendor.faults.add(kind)
    with pytest.raises(RateLimited) as caught:
        vendor.ask(client)
    assert caught.value.retry_after == WAIT


def test_codes_that_an_adapter_wants_are_returned(vendor, client):
    vendor.faults.add(FaultKind.FORBIDDEN, times=None)
    answer = vendor.ask(client, passes={403})
    assert b"PERMISSION_DENIED" in answer.body
    with pytest.raises(Forbidden):
        vendor.ask(client, passes={404})


def test_a_refused_token_is_renewed_once_and_only_once(vendor):
    said: list[str | None] = []

    def tokens(*, refused: str | None = None) -> str:
        said.append(refused)
        return "old" if refused is None else "new"

    with VendorClient(now=vendor.clock, tokens=tokens, limits=QUICK) as client:
        vendor.faults.add(FaultKind.UNAUTHORIZED)
        assert vendor.ask(client).status == 200
        assert said == [None, "old"]
        assert vendor.requests[-1].headers["authorization"] == "Bearer new"
        vendor.faults.add(FaultKind.UNAUTHORIZED, times=None)
        with pytest.raises(AuthExpired):
            vendor.ask(client)
        assert client.sent == 4


def test_a_token_that_cannot_be_renewed_is_not_sent_again(vendor, client):
    vendor.faults.add(FaultKind.UNAUTHORIZED)
    with pytest.raises(AuthExpired):
        vendor.ask(client)
    assert client.sent == 1


def test_a_detour_on_the_same_host_is_followed_and_one_elsewhere_is_not(vendor, client):
    def detour(request: Request) -> Answer:
        if request.path == "/v1/steps":
            return Answer(302, headers={"Location": "/v2/steps"})
        return Answer.of_json({"at": request.path})

    vendor.next = detour
    assert vendor.ask(client).body == b'{"at":"/v2/steps"}'
    vendor.faults.add(FaultKind.ELSEWHERE)
    with pytest.raises(Transient, match="sign-in of its own"):
        vendor.ask(client)


def test_a_detour_that_never_ends_is_left(vendor, client):
    vendor.next = lambda _: Answer(302, headers={"Location": "/v1/steps"})
    with pytest.raises(Transient):
        vendor.ask(client)
    assert client.sent == 4


def test_an_answer_larger_than_any_that_is_meant_is_cut_off(vendor, client):
    vendor.next = lambda _: Answer(200, b" " * (QUICK.body_bytes + 1))
    with pytest.raises(Malformed, match="more than 1 MiB"):
        vendor.ask(client)


def test_nobody_at_home_is_told_in_words():
    with VendorClient(now=lambda: NOW, limits=QUICK) as client:
        with pytest.raises(Transient, match="no connection"):
            client.request("GET", "http://127.0.0.1:1/")
        with pytest.raises(ConfigError):
            client.request("GET", "ftp://127.0.0.1/")
        with pytest.raises(ConfigError):
            client.request("GET", "http://127.0.0.1:port/")


def test_neither_token_nor_query_nor_body_is_ever_logged(vendor, client):
    with listening() as heard:
        vendor.next = lambda _: Answer.of_json({"latitude": 52.123456})
        vendor.ask(client, params={"key": "s3cr3t", "near": "52.123456"})
        for kind in FaultKind:
            vendor.faults.add(kind)
            try:
                vendor.ask(client)
            except AdapterError as error:
                heard += ["".join(traceback.format_exception(error))]
    assert [line for line in heard if "request answered" in line]
    seen = "\n".join(heard)
    assert not [s for s in ("t0k3n", "s3cr3t", "52.12", "Bearer", "key=") if s in seen]


def answer(**headers: str) -> Response:
    return Response(429, b"", {name.replace("_", "-"): text for name, text in headers.items()})


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry_after": "120"}, timedelta(minutes=2)),
        ({"retry_after": "0"}, timedelta(0)),
        ({"retry_after": "-5"}, timedelta(0)),
        ({"retry_after": "1.5"}, timedelta(seconds=1.5)),
        ({"retry_after": "99999999999999"}, LONGEST_WAIT),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "inf"}, None),
        ({"retry_after": format_datetime(NOW + WAIT, usegmt=True)}, WAIT),
        ({"retry_after": format_datetime(NOW - WAIT, usegmt=True)}, timedelta(0)),
        ({"x_reset": "1800"}, timedelta(minutes=30)),
        ({"retry_after": "60", "x_reset": "1800"}, timedelta(minutes=1)),
        ({"retry_after": "soon", "x_reset": "1800"}, timedelta(minutes=30)),
    ],
)
def test_a9_how_long_to_wait_is_read_from_what_there_is(headers, expected):
    assert retry_after(answer(**headers), now=NOW, also=("X-Reset",)) == expected


def test_a_date_is_read_by_the_vendors_own_clock():
    theirs = NOW + timedelta(hours=3)
    said = answer(
        retry_after=format_datetime(theirs + WAIT, usegmt=True),
        date=format_datetime(theirs, usegmt=True),
    )
    assert retry_after(said, now=NOW) == WAIT


def test_unavailable_with_a_time_waits_for_it_and_any_other_refusal_is_our_fault():
    later = Response(503, b"", {"retry-after": "30"})
    assert isinstance(refusal(later, "h", now=NOW), RateLimited)
    assert type(refusal(Response(503, b""), "h", now=NOW)) is Transient
    assert isinstance(refusal(Response(400, b""), "h", now=NOW), Malformed)
    assert isinstance(refusal(Response(599, b""), "h", now=NOW), Transient)


def test_each_request_is_told_with_its_status_or_why_it_has_none(vendor):
    heard: list[str] = []
    with VendorClient(now=vendor.clock, limits=QUICK, heard=heard.append) as client:
        vendor.ask(client)
        for kind in (FaultKind.TOO_MANY, FaultKind.SILENCE, FaultKind.CUT_BODY):
            vendor.faults.add(kind)
            with pytest.raises(AdapterError):
                vendor.ask(client)
        with pytest.raises(Transient):
            client.request("GET", "http://127.0.0.1:1/")
        vendor.next = lambda _: Answer(200, b"x" * (2 << 20))
        with pytest.raises(Malformed):
            vendor.ask(client)
    assert heard == ["200", "429", "timeout", "broken_off", "unreachable", "broken_off"]


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """Start a proxy that every variable of the environment names."""
    one = Vendor()
    with one.server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, one.server.url)
        yield one


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_proxy_of_the_environment_is_never_asked_for_this_machine(vendor, proxy, host):
    here = vendor.server.url.replace("127.0.0.1", host)
    with VendorClient(now=vendor.clock, limits=QUICK) as client:
        assert client.request("GET", f"{here}/v1/steps").status == 200
    assert post_form(f"{here}/token", {}, {}).status == 200
    assert (len(vendor.requests), proxy.requests) == (2, [])


def test_a_proxy_of_the_environment_is_asked_for_everybody_else(proxy):
    with VendorClient(now=lambda: NOW, limits=QUICK) as client:
        assert client.request("GET", "http://vendor.example/v1/steps").status == 200
    assert [request.method for request in proxy.requests] == ["GET"]


@pytest.mark.parametrize("named", ["ftp://127.0.0.1:1", "socks5://127.0.0.1:1", "http://[::"])
def test_a_proxy_that_cannot_be_used_is_told_in_words(monkeypatch: pytest.MonkeyPatch, named):
    monkeypatch.setenv("HTTP_PROXY", named)
    monkeypatch.setenv("http_proxy", named)
    with pytest.raises(ConfigError, match="HTTP_PROXY"):
        VendorClient(now=lambda: NOW)
