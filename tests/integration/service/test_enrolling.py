"""Accounts added and applied on both databases: one name, one account, nothing half-written."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from syncd.contract import ConfigError
from syncd.ingest import registry
from syncd.service import applying
from syncd.service.attention import attention
from syncd.service.enrolling import Wanted, add_account
from syncd.store import due, logins, people
from syncd_google_health.simulated.profile import client_file

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
VENDOR = "google-health"


@pytest.fixture
def wanted(tmp_path) -> Wanted:
    said = json.dumps(client_file("me", "hush", "https://example.org"))
    (tmp_path / "client.json").write_text(said)
    return Wanted(
        adapter=registry.find(VENDOR),
        name=None,
        person=None,
        settings={"client_file": "client.json"},
        folder=tmp_path,
        env={},
    )


def test_a_first_account_makes_its_person_with_the_assumed_zone(store, wanted):
    added = add_account(store, wanted, zone="Asia/Tokyo", now=NOW)
    assert (added.person.name, added.new_person, added.needs_sign_in) == ("me", True, True)
    with store.read() as cx:
        [zone] = people.zones(cx, added.person.id)
        told = attention(cx, [added.person.id], NOW)
    assert (zone.zone, zone.told) == ("Asia/Tokyo", False)
    assert told.needs == (
        "google-health: nobody has signed in yet: syncd account login google-health",
    )
    assert told.served == {added.person.id}


def test_names_are_taken_once_and_a_removed_account_comes_back_as_the_same(store, wanted):
    first = add_account(store, wanted, zone="UTC", now=NOW).account
    second = add_account(store, wanted, zone="UTC", now=NOW).account
    assert (first.name, second.name) == (VENDOR, f"{VENDOR}-2")
    with store.write(durable=True) as tx:
        due.pause(tx, first.id, NOW)
        logins.remove(tx, first.id)
    back = add_account(store, wanted, zone="UTC", now=NOW)
    assert (back.account.id, back.came_back) == (first.id, True)
    assert (back.account.state, back.account.paused_at) == (due.NEEDS_SIGN_IN, None)


def test_a_file_that_is_wrong_in_its_last_line_writes_nothing(store, wanted, tmp_path):
    file = tmp_path / "accounts.toml"
    entry = f'[[account]]\nvendor = "{VENDOR}"\nname = "%s"\nperson = "%s"\n'
    settings = '[account.settings]\nclient_file = "client.json"\n'
    person = '[[person]]\nname = "Ada"\n'
    file.write_text(person + entry % ("one", "Ada") + settings + entry % ("two", "Eve") + settings)
    with pytest.raises(ConfigError, match='no person "Eve"'):
        applying.apply(store, applying.declared(file, {}), zone="UTC", clock=lambda: NOW)
    with store.read() as cx:
        assert (people.listing(cx), logins.listing(cx)) == ([], [])
    file.write_text(file.read_text().replace("Eve", "Ada"))
    for changes in (3, 0):
        done = applying.apply(store, applying.declared(file, {}), zone="UTC", clock=lambda: NOW)
        assert len(done.changes) == changes
