"""The simulated vendor's sockets and its sign-in."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from syncd.sim.faults import FaultKind, Faults
from syncd.sim.oauth import Rules, SignIn
from syncd.sim.server import Answer, LogLine, Request, Routes, SimServer
from syncd.testing.fakes import SetClock

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")


def routes() -> Routes:
    known = Routes()
    known.add("GET", r"/days/(\d+)", lambda r: Answer.of_json({"day": r.groups[0], **r.query}))
    return known


def test_routes_catch_parts_of_the_path_and_every_request_is_logged():
    with SimServer(routes()) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/days/8?a=b%20c").json() == {"day": "8", "a": "b c"}
        assert client.get("/nowhere").status_code == 404
        assert client.post("/days/8").status_code == 405
        assert server.log == (
            LogLine("GET", "/days/8", 200),
            LogLine("GET", "/nowhere", 404),
            LogLine("POST", "/days/8", 405),
        )


def test_the_vendors_clock_is_the_one_it_was_given():
    with SimServer(routes(), now=lambda: NOW) as server, httpx.Client() as client:
        date = client.get(f"{server.url}/days/1").headers["date"]
    assert date == "Mon, 09 Mar 2026 12:00:00 GMT"


def test_a_fault_in_a_simulator_is_never_taken_for_the_vendors():
    def broken(request: Request) -> Answer:
        raise LookupError(request.path)

    server = SimServer(broken).start()
    with httpx.Client() as client, pytest.raises(httpx.RemoteProtocolError):
        client.get(f"{server.url}/x")
    with pytest.raises(LookupError):
        server.stop()


def test_a_fault_strikes_the_nth_request_of_its_route_as_often_as_it_was_told():
    faults = Faults(lambda _: Answer.of_json({}), now=lambda: NOW)
    faults.add(FaultKind.SERVER_ERROR, route="/steps", at=2, times=2)
    paths = ("/steps", "/other", "/steps", "/steps", "/steps")
    codes = [faults(Request("GET", path, {}, {})).status for path in paths]
    assert codes == [200, 200, 500, 500, 200]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def vendor(clock: SetClock) -> SignIn:
    return SignIn(clock)


def asked(method: str, query: dict[str, str] | None = None, **form: str) -> Request:
    return Request(method, "/", query or {}, {}, urlencode(form).encode())


def authorized(vendor: SignIn, **changes: str) -> dict[str, list[str]]:
    query = {
        "client_id": vendor.client_id,
        "redirect_uri": "http://127.0.0.1:9/back",
        "response_type": "code",
        "scope": "steps places",
        "state": "s1",
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
    }
    answer = vendor.authorize(asked("GET", query | changes))
    assert answer.status == 302, answer.body
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def exchanged(vendor: SignIn, **form: str) -> tuple[int, dict[str, object]]:
    client = {"client_id": vendor.client_id, "client_secret": vendor.client_secret}
    answer = vendor.token(asked("POST", None, **(client | form)))
    return answer.status, Request("", "", {}, {}, answer.body).json()


def signed_in(vendor: SignIn) -> dict[str, object]:
    code = authorized(vendor)["code"][0]
    status, said = exchanged(
        vendor,
        grant_type="authorization_code",
        code=code,
        redirect_uri="http://127.0.0.1:9/back",
        code_verifier=VERIFIER,
    )
    assert status == 200, said
    return said


def renewed(vendor: SignIn, token: object) -> tuple[int, dict[str, object]]:
    return exchanged(vendor, grant_type="refresh_token", refresh_token=str(token))


def test_a_sign_in_gives_both_tokens_and_a_refresh_no_new_refresh_token(vendor, clock):
    said = signed_in(vendor)
    assert (said["expires_in"], said["scope"]) == (3599, "steps places")
    assert "refresh_token_expires_in" not in said
    status, fresh = renewed(vendor, said["refresh_token"])
    assert status == 200
    assert "refresh_token" not in fresh
    bearer = Request("GET", "/", {}, {"authorization": f"Bearer {fresh['access_token']}"})
    assert vendor.scopes_of(bearer) == ("steps", "places")
    clock.move(timedelta(seconds=3600))
    assert vendor.scopes_of(bearer) is None


def test_a_code_is_good_once_and_only_for_who_asked(vendor):
    code = authorized(vendor)["code"][0]
    form = {"grant_type": "authorization_code", "code": code}
    status, said = exchanged(vendor, **form, redirect_uri="http://localhost/other")
    assert (status, said["error"]) == (400, "redirect_uri_mismatch")
    status, said = exchanged(vendor, **form, redirect_uri="http://127.0.0.1:9/back")
    assert (status, said["error"]) == (400, "invalid_grant")
    code = authorized(vendor)["code"][0]
    status, said = exchanged(
        vendor, grant_type="authorization_code", code=code,
        redirect_uri="http://127.0.0.1:9/back", code_verifier="another",
    )  # fmt: skip
    assert (status, said["error"]) == (400, "invalid_grant")


def test_without_consent_there_is_no_refresh_token_and_scopes_may_be_unticked(vendor):
    vendor.rules = Rules(unticked=("places",))
    back = authorized(vendor, prompt="none")
    assert back["scope"] == ["steps"]
    _, said = exchanged(
        vendor, grant_type="authorization_code", code=back["code"][0],
        redirect_uri="http://127.0.0.1:9/back", code_verifier=VERIFIER,
    )  # fmt: skip
    assert "refresh_token" not in said


def test_a4_a_grant_in_testing_ends_on_the_seventh_day_and_says_so(vendor, clock):
    vendor.rules = Rules(testing=True)
    said = signed_in(vendor)
    assert said["refresh_token_expires_in"] == 604_799
    clock.move(timedelta(days=6, hours=23))
    assert renewed(vendor, said["refresh_token"])[0] == 200
    clock.move(timedelta(hours=1))
    status, error = renewed(vendor, said["refresh_token"])
    assert (status, error["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("grace", [None, timedelta(seconds=120)])
def test_a_rotating_vendor_forgets_the_old_token_after_the_grace(vendor, clock, grace):
    vendor.rules = Rules(rotating=True, grace=grace)
    first = signed_in(vendor)["refresh_token"]
    _, second = renewed(vendor, first)
    assert second["refresh_token"] != first
    status, again = renewed(vendor, first)
    if grace is None:
        assert (status, again["error"]) == (400, "invalid_grant")
    else:
        assert again == second
        assert vendor.refreshes == 1
        clock.move(grace)
        assert renewed(vendor, first)[0] == 400
    assert renewed(vendor, second["refresh_token"])[0] == 200


def test_a_revoked_grant_opens_nothing(vendor):
    said = signed_in(vendor)
    vendor.revoke_all()
    assert renewed(vendor, said["refresh_token"])[0] == 400
    bearer = Request("GET", "/", {}, {"authorization": f"Bearer {said['access_token']}"})
    assert vendor.scopes_of(bearer) is None


def test_a_wrong_secret_and_a_foreign_redirect_are_refused(vendor):
    status, said = exchanged(vendor, client_secret="wrong", grant_type="refresh_token")
    assert (status, said["error"]) == (401, "invalid_client")
    query = {"client_id": vendor.client_id, "redirect_uri": "https://evil.invalid/"}
    assert vendor.authorize(asked("GET", query)).status == 400
