"""``syncd move``: a file's whole installation on a server, or nothing there and nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.contract import ConfigError, StoreError, SyncdError
from syncd.service.moving import move
from syncd.store import bulk, daemon_lock, moving, open_store, people, secrets
from syncd.store import tables as t
from syncd.store.secrets import Secret
from tests.integration.store.every_table import fill
from tests.integration.store.made import NOW
from tests.integration.store.test_backups import LOCK, seal_again, sums

pytestmark = pytest.mark.postgres


def nothing(_done: int, _total: int) -> None:
    """Show nothing."""


@pytest.fixture
def source(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'here' / 'syncd.db'}"
    store = open_store(url)
    with store.write(durable=True) as tx:
        fill(tx, "Ada", 3)
        fill(tx, "Bo", 4)
        seal_again(tx)
    store.close()
    return url


def test_every_row_arrives_with_its_number_and_sign_ins_still_open(source, new_postgres_url):
    before, target = sums(source), new_postgres_url()
    moved = move(source, target, nothing)
    assert sums(target) == sums(source) == before
    assert moved.rows == {name: one.rows for name, one in before.items()}
    assert min(one.rows for one in before.values()) > 0
    store = open_store(target)
    with store.read() as cx:
        [account_id, *_] = cx.execute(t.secret.select()).scalars()
        kept = secrets.get(cx, LOCK, account_id, secrets.TOKEN)
    assert kept.secret == Secret("t")
    with store.write() as tx:  # the next number is one that nobody has had
        highest = max(person.id for person in people.listing(tx))
        assert people.add(tx, "new", now=NOW).id > highest
    store.close()


def test_a_target_with_anybody_in_it_is_refused_and_left_alone(source, new_postgres_url):
    target = new_postgres_url()
    store = open_store(target)
    with store.write() as tx:
        people.add(tx, "somebody", now=NOW)
    store.close()
    before = sums(target)
    with pytest.raises(SyncdError, match="holds data already"):
        move(source, target, nothing)
    assert sums(target) == before


@pytest.mark.parametrize("what", ["a service that runs", "a command that runs"])
def test_whoever_uses_the_file_stops_a_move(source, new_postgres_url, what):
    target = new_postgres_url()
    store = open_store(source)
    if what == "a service that runs":
        daemon_lock.DaemonLock(store, now=NOW)
        said = "The service runs on"
    else:
        said = "Another syncd is using"
    with pytest.raises(StoreError, match=said):
        move(source, target, nothing)
    store.close()
    empty = open_store(target)
    with empty.read() as cx:
        assert people.listing(cx) == []
    empty.close()


def test_whoever_uses_the_server_stops_a_move(source, new_postgres_url):
    target = new_postgres_url()
    store = open_store(target)
    with store.read() as cx:
        assert people.listing(cx) == []
        with pytest.raises(StoreError, match="Another syncd is connected"):
            move(source, target, nothing)
    store.close()


def test_what_is_lost_on_the_way_is_found_and_nothing_is_kept(
    source, new_postgres_url, monkeypatch
):
    target, copy_in = new_postgres_url(), bulk.copy_in

    def lossy(tx, into, rows):
        kept = list(rows)
        return copy_in(tx, into, kept[:-1] if into.startswith('"day"') else kept)

    monkeypatch.setattr(moving.copying, "copy_in", lossy)
    with pytest.raises(StoreError, match=r"not what was sent \(day\)"):
        move(source, target, nothing)
    monkeypatch.undo()
    assert move(source, target, nothing).rows["person"] == 2


def test_addresses_of_another_kind_are_refused_with_a_sentence(source, new_postgres_url):
    with pytest.raises(ConfigError, match="address like postgresql"):
        move(source, "sqlite:////elsewhere.db", nothing)
    with pytest.raises(ConfigError, match="on a server already"):
        move(new_postgres_url(), new_postgres_url(), nothing)
