from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from syncd.contract import AuthExpired, Malformed, OAuth2, OAuthClient, Response, Retired, Transient
from syncd.ingest.grants import Grant, packed, unpacked
from syncd.ingest.loopback import catching
from syncd.ingest.oauth import Attempt, attempt, code_of, redeemed, refreshed, sign_in_url

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
AUTH = OAuth2(
    authorize_url="https://vendor.example/auth",
    token_url="https://vendor.example/token",
    scopes=("steps", "route"),
    authorize_params={"access_type": "offline"},
)
CLIENT = OAuthClient("me", "hush", AUTH.authorize_url, AUTH.token_url)
TRIED = Attempt("http://127.0.0.1:5000/", "state-1", "verifier-1")
OLD = Grant(
    access="a0",
    expires_at=NOW - timedelta(hours=1),
    refresh="r0",
    scopes=frozenset({"steps"}),
    ends_at=NOW + timedelta(days=3),
)


class Vendor:
    """Answers one thing and remembers what it was asked."""

    def __init__(self, status: int, body: object) -> None:
        self.status = status
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.asked: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}

    def __call__(self, url, fields, headers):
        assert url == AUTH.token_url
        self.asked.append(dict(fields))
        self.headers = dict(headers)
        return Response(self.status, self.body)


def test_the_sign_in_page_carries_the_challenge_and_never_the_verifier_or_the_secret():
    url = sign_in_url(AUTH, CLIENT, TRIED)
    said = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    digest = hashlib.sha256(TRIED.verifier.encode()).digest()
    assert said == {
        "response_type": "code",
        "client_id": "me",
        "redirect_uri": TRIED.redirect,
        "scope": "steps route",
        "state": "state-1",
        "access_type": "offline",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }


def test_the_challenge_is_that_of_the_standard_example():
    # RFC 7636, appendix B
    example = Attempt("", "", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert example.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_no_two_tries_are_alike():
    tries = [attempt("http://127.0.0.1:1/") for _ in range(50)]
    assert len({t.state for t in tries}) == len({t.verifier for t in tries}) == 50
    assert all(43 <= len(t.verifier) <= 128 for t in tries)


@pytest.mark.parametrize(
    "pasted",
    [
        "http://127.0.0.1:5000/?state=state-1&code=c%2F1",
        "  http://127.0.0.1:5000/?code=c%2F1&state=state-1&scope=steps \n",
        "?code=c%2F1&state=state-1",
        "code=c%2F1&state=state-1",
    ],
)
def test_the_code_is_found_in_whatever_part_of_the_address_was_pasted(pasted):
    assert code_of(pasted, TRIED) == "c/1"


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("http://127.0.0.1:5000/?state=other&code=c1", "another sign-in"),
        ("http://127.0.0.1:5000/?code=c1", "another sign-in"),
        ("http://127.0.0.1:5000/?state=state-1&error=access_denied", "declined"),
        ("http://127.0.0.1:5000/?state=state-1&error=invalid_scope", "invalid_scope"),
        ("https://vendor.example/help", "no code"),
        ("", "no code"),
    ],
)
def test_a_wrong_address_is_told_in_words(pasted, words):
    with pytest.raises(AuthExpired, match=words):
        code_of(pasted, TRIED)


def test_a_code_is_redeemed_with_the_verifier_and_the_secret_in_the_body():
    vendor = Vendor(
        200,
        {"access_token": "a1", "expires_in": 3599, "refresh_token": "r1", "scope": "steps route"},
    )
    grant = redeemed(AUTH, CLIENT, TRIED, "c1", send=vendor, now=NOW)
    assert vendor.asked == [
        {
            "grant_type": "authorization_code",
            "code": "c1",
            "redirect_uri": TRIED.redirect,
            "code_verifier": "verifier-1",
            "client_id": "me",
            "client_secret": "hush",
        }
    ]
    assert "authorization" not in vendor.headers
    assert grant == Grant(
        access="a1",
        expires_at=NOW + timedelta(seconds=3599),
        refresh="r1",
        scopes=frozenset({"steps", "route"}),
    )


def test_a_vendor_that_wants_it_gets_the_secret_in_a_header():
    basic = OAuth2(AUTH.authorize_url, AUTH.token_url, AUTH.scopes, client_auth="basic")
    vendor = Vendor(200, {"access_token": "a1", "expires_in": 10})
    redeemed(basic, CLIENT, TRIED, "c1", send=vendor, now=NOW)
    assert vendor.headers["authorization"] == "Basic " + base64.b64encode(b"me:hush").decode()
    assert "client_secret" not in vendor.asked[0]


def test_a_refresh_keeps_what_the_answer_leaves_out():
    vendor = Vendor(200, {"access_token": "a1", "expires_in": "3599"})
    grant = refreshed(AUTH, CLIENT, OLD, send=vendor, now=NOW)
    assert (grant.access, grant.refresh, grant.scopes) == ("a1", "r0", frozenset({"steps"}))
    assert grant.ends_at == OLD.ends_at


def test_a4_the_end_of_a_testing_grant_is_told_once_and_never_moves():
    seven = {"access_token": "a1", "expires_in": 3599, "refresh_token_expires_in": 604799}
    first = redeemed(AUTH, CLIENT, TRIED, "c1", send=Vendor(200, seven), now=NOW)
    assert first.ends_at == NOW + timedelta(seconds=604799)
    later = refreshed(
        AUTH,
        CLIENT,
        Grant(access="a1", expires_at=NOW, refresh="r1", ends_at=first.ends_at),
        send=Vendor(200, seven),
        now=NOW + timedelta(days=2),
    )
    assert later.ends_at == first.ends_at


def test_a_rotated_refresh_token_replaces_the_old_one():
    vendor = Vendor(200, {"access_token": "a1", "expires_in": 60, "refresh_token": "r1"})
    assert refreshed(AUTH, CLIENT, OLD, send=vendor, now=NOW).refresh == "r1"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been revoked."}),
        (401, {"error": "invalid_client"}),
        (400, {"error": "unsupported_grant_type"}),
    ],
)
def test_a_dead_grant_needs_a_person(status, body):
    with pytest.raises(AuthExpired):
        refreshed(AUTH, CLIENT, OLD, send=Vendor(status, body), now=NOW)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"error": "invalid_grant"}),
        (503, b"<html>busy</html>"),
        (403, {"error": "invalid_grant"}),
        (429, {"error": "rate"}),
        (400, b"<html>proxy</html>"),
        (400, {"error": "temporarily_unavailable"}),
        (401, b""),
        (302, b""),
    ],
)
def test_a3_a_refresh_that_fails_is_not_a_revoked_grant(status, body):
    with pytest.raises(Transient):
        refreshed(AUTH, CLIENT, OLD, send=Vendor(status, body), now=NOW)


@pytest.mark.parametrize("body", [b"<html>", {}, {"access_token": ""}, {"access_token": 5}, []])
def test_an_answer_without_a_token_is_malformed(body):
    with pytest.raises(Malformed):
        refreshed(AUTH, CLIENT, OLD, send=Vendor(200, body), now=NOW)


def test_a_vendor_that_lists_its_errors_is_understood():
    for kind, words in (("invalid_grant", "has ended"), ("invalid_client", "does not know")):
        vendor = Vendor(400, {"errors": [{"errorType": kind, "message": "x"}], "success": False})
        with pytest.raises(AuthExpired, match=words):
            refreshed(AUTH, CLIENT, OLD, send=vendor, now=NOW)
    with pytest.raises(Transient):
        refreshed(AUTH, CLIENT, OLD, send=Vendor(400, {"errors": []}), now=NOW)


def test_a_sign_in_that_was_switched_off_for_good_is_retired():
    with pytest.raises(Retired, match="switched its sign-in off"):
        redeemed(AUTH, CLIENT, TRIED, "c", send=Vendor(410, b"<html>"), now=NOW)


def test_a_grant_without_a_refresh_token_ends_in_words():
    once = Grant(access="a", expires_at=NOW)
    with pytest.raises(AuthExpired, match="Sign in again"):
        refreshed(AUTH, CLIENT, once, send=Vendor(200, {}), now=NOW)


def test_a_grant_survives_being_written_down_and_shows_no_token():
    assert unpacked(packed(OLD)) == OLD
    bare = Grant(access="a", expires_at=NOW)
    assert unpacked(packed(bare)) == bare
    assert "a0" not in repr(OLD)
    assert "r0" not in repr(OLD)


def test_a_token_is_renewed_a_minute_before_it_ends():
    grant = Grant(access="a", expires_at=NOW)
    assert grant.is_fresh(NOW - timedelta(seconds=61))
    assert not grant.is_fresh(NOW - timedelta(seconds=60))


def test_the_browser_brings_the_address_back_by_itself():
    with catching() as catcher:
        with urlopen(f"{catcher.redirect}?code=c1&state=state-1") as page:
            assert b"close this page" in page.read()
        assert code_of(catcher.address(5) or "", TRIED) == "c1"


def test_a_browser_that_asks_for_an_icon_brings_nothing():
    with catching() as catcher:
        with pytest.raises(OSError, match="404"):
            urlopen(catcher.redirect + "favicon.ico")
        assert catcher.address(0.01) is None
