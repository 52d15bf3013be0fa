"""Tokens: saved before they are used, never lost to a race, sealed all the time."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import AuthExpired, Malformed, OAuth2, OAuthClient, Response, Transient
from syncd.ingest.grants import Grant, packed
from syncd.service.tokens import AccountTokens
from syncd.store import Store, accounts, people, secrets
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
AUTH = OAuth2("https://vendor.example/auth", "https://vendor.example/token", ("steps",))
CLIENT = OAuthClient("me", "hush", AUTH.authorize_url, AUTH.token_url)


class RotatingVendor:
    """Every refresh token serves once; the one before it is dead at once."""

    def __init__(self) -> None:
        self.number = 0
        self.refreshes: list[str] = []
        self.answer: Response | None = None

    def send(self, _url, fields, _headers) -> Response:
        self.refreshes.append(fields["refresh_token"])
        if self.answer is not None:
            return self.answer
        if fields["refresh_token"] != f"refresh-{self.number}":
            return Response(400, b'{"error": "invalid_grant"}')
        self.number += 1
        said = {
            "access_token": f"access-{self.number}",
            "expires_in": 3600,
            "refresh_token": f"refresh-{self.number}",
        }
        return Response(200, json.dumps(said).encode())


class Keeper:
    """An account that signed in an hour ago, and its clock."""

    def __init__(self, store: Store) -> None:
        self.store, self.vendor, self.now = store, RotatingVendor(), NOW
        self.lock = StoreLock(os.urandom(32), "the test")
        with store.write(durable=True) as tx:
            person = people.add(tx, "me", now=NOW)
            self.id = accounts.add(tx, person.id, "made-up", "made-up", settings={}, now=NOW).id
            first = Grant(access="access-0", expires_at=NOW, refresh="refresh-0")
            secrets.put_token(tx, self.lock, self.id, Secret(packed(first)), after=0, now=NOW)

    def tokens(self) -> AccountTokens:
        return AccountTokens(
            store=self.store,
            lock=self.lock,
            account_id=self.id,
            auth=AUTH,
            client=CLIENT,
            clock=lambda: self.now,
            send=self.vendor.send,
        )


@pytest.fixture
def keeper(store: Store) -> Keeper:
    return Keeper(store)


def test_a_fresh_token_is_used_without_asking_and_an_old_one_renewed(keeper: Keeper):
    assert keeper.tokens()() == "access-1"
    assert keeper.tokens()() == "access-1"
    keeper.now += timedelta(minutes=59, seconds=1)
    assert keeper.tokens()() == "access-2"
    assert keeper.vendor.refreshes == ["refresh-0", "refresh-1"]


def test_a_token_that_the_vendor_refused_is_renewed_although_it_looks_fresh(keeper: Keeper):
    tokens = keeper.tokens()
    assert tokens() == "access-1"
    assert tokens(refused="access-1") == "access-2"
    assert tokens(refused="access-1") == "access-2"


def test_a_rotated_token_is_in_the_store_before_anybody_gets_the_new_access(keeper: Keeper):
    keeper.tokens()()
    grant, generation = keeper.tokens().held()
    assert (grant.refresh, generation) == ("refresh-1", 2)


def test_a1_the_loser_of_a_race_for_one_rotating_token_reads_what_the_winner_saved(keeper: Keeper):
    winner = keeper.tokens()
    send = keeper.vendor.send

    def overtaken(url, fields, headers):
        keeper.vendor.send = send
        assert winner() == "access-1"
        return send(url, fields, headers)

    loser = replace(keeper.tokens(), send=overtaken)
    assert loser() == "access-1"
    assert keeper.vendor.refreshes == ["refresh-0", "refresh-0"]
    assert keeper.tokens().held()[0].refresh == "refresh-1"


@pytest.mark.parametrize(
    "answer", [Response(503, b"busy"), Response(403, b"{}"), Response(200, b"<html>")]
)
def test_a3_a_refresh_that_fails_keeps_the_sign_in(keeper: Keeper, answer):
    keeper.vendor.answer = answer
    with pytest.raises((Transient, Malformed)):
        keeper.tokens()()
    keeper.vendor.answer = None
    assert keeper.tokens()() == "access-1"


def test_a_dead_grant_is_said_when_nobody_else_was_faster(keeper: Keeper):
    keeper.vendor.number = 5
    with pytest.raises(AuthExpired, match="ended or was taken back"):
        keeper.tokens()()


def test_another_store_lock_asks_for_a_new_sign_in_and_loses_nothing(keeper: Keeper):
    keeper.lock, mine = StoreLock(os.urandom(32), "another"), keeper.lock
    with pytest.raises(AuthExpired, match="another store lock"):
        keeper.tokens()()
    keeper.lock = mine
    assert keeper.tokens()() == "access-1"


def test_an_account_that_never_signed_in_says_so(keeper: Keeper):
    with keeper.store.write() as tx:
        person = people.find(tx, "me")
        keeper.id = accounts.add(tx, person.id, "made-up", "second", settings={}, now=NOW).id
    with pytest.raises(AuthExpired, match="signed in"):
        keeper.tokens()()
