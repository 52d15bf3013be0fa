"""Sealed secrets: who can open them, who cannot, and what is never shown."""

from __future__ import annotations

import logging
import pickle

import pytest
from sqlalchemy import select, update

from syncd.contract import StoreError
from syncd.store import Store, accounts, secrets
from syncd.store import tables as t
from syncd.store.secrets import TOKEN, Place, SealBroken, SealedElsewhere, Secret, seal, unseal
from syncd.store.store_lock import StoreLock
from tests.integration.store.made import NOW, account_of

LOCK = StoreLock(bytes(range(32)), "the first lock")
OTHER = StoreLock(bytes(range(1, 33)), "the second lock")
HIDDEN = "ya29.a-very-hidden-token"
PLACE = Place(7, TOKEN, 3)


def test_what_is_sealed_opens_with_the_same_lock_in_the_same_place():
    sealed = seal(LOCK, PLACE, Secret(HIDDEN))
    assert HIDDEN.encode() not in sealed
    assert unseal(LOCK, PLACE, sealed).reveal() == HIDDEN.encode()
    assert seal(LOCK, PLACE, Secret(HIDDEN)) != sealed  # a nonce is never used twice


@pytest.mark.parametrize("place", [Place(8, TOKEN, 3), Place(7, "client", 3), Place(7, TOKEN, 2)])
def test_a_seal_opens_for_no_other_account_name_or_generation(place):
    with pytest.raises(SealBroken, match="misplaced"):
        unseal(LOCK, place, seal(LOCK, PLACE, Secret(HIDDEN)))


def test_another_store_lock_is_named_as_the_reason():
    with pytest.raises(SealedElsewhere, match=r"another store lock than the second lock.*sign in"):
        unseal(OTHER, PLACE, seal(LOCK, PLACE, Secret(HIDDEN)))


def test_no_byte_of_a_seal_can_be_changed():
    sealed = seal(LOCK, PLACE, Secret(HIDDEN))
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(StoreError):
            unseal(LOCK, PLACE, bytes(changed))
    for short in (b"", sealed[:5], sealed[:-1]):
        with pytest.raises(SealBroken):
            unseal(LOCK, PLACE, short)


def test_a_secret_and_a_lock_show_themselves_nowhere(caplog):
    secret = Secret(HIDDEN)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("syncd").warning("kept %s %r by %r", secret, [secret], LOCK)
    for said in (caplog.text, repr(secret), f"{secret}", str(LOCK), repr({"a": secret})):
        assert HIDDEN not in said
        assert LOCK.key.hex() not in said
    for shut in (secret, LOCK):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(shut)


def test_a_kept_secret_comes_back_and_the_database_holds_only_the_seal(store: Store):
    account = account_of(store)
    with store.write(durable=True) as tx:
        secrets.put(tx, LOCK, account.id, "client", Secret(HIDDEN), now=NOW)
        secrets.put(tx, LOCK, account.id, "client", Secret("second"), now=NOW)
    with store.read() as cx:
        kept = secrets.get(cx, LOCK, account.id, "client")
        assert kept is not None
        assert (kept.secret, kept.generation, kept.changed_at) == (Secret("second"), 2, NOW)
        assert secrets.get(cx, LOCK, account.id, TOKEN) is None
        row = cx.execute(select(t.secret)).one()
        assert b"second" not in bytes(row.sealed)


def test_of_two_refreshes_of_one_token_only_the_first_is_kept(store: Store):
    account = account_of(store)
    with store.write(durable=True) as tx:
        assert secrets.put_token(tx, LOCK, account.id, Secret("one"), after=0, now=NOW) == 1
    with store.write(durable=True) as tx:
        assert secrets.put_token(tx, LOCK, account.id, Secret("late"), after=0, now=NOW) is None
        assert secrets.put_token(tx, LOCK, account.id, Secret("two"), after=1, now=NOW) == 2
    with store.read() as cx:
        kept = secrets.get(cx, LOCK, account.id, TOKEN)
        assert kept is not None
        assert (kept.secret, kept.generation) == (Secret("two"), 2)
        assert accounts.get(cx, account.id).token_generation == 2


def test_a_clients_secret_does_not_disturb_a_refresh_under_way(store: Store):
    account = account_of(store)
    with store.write(durable=True) as tx:
        secrets.put(tx, LOCK, account.id, "client", Secret("x"), now=NOW)
        assert secrets.put_token(tx, LOCK, account.id, Secret("t"), after=0, now=NOW) == 1
        with pytest.raises(ValueError, match="put_token"):
            secrets.put(tx, LOCK, account.id, TOKEN, Secret("x"), now=NOW)


def test_a_token_put_back_from_an_older_time_does_not_open(store: Store):
    account = account_of(store)
    with store.write(durable=True) as tx:
        secrets.put_token(tx, LOCK, account.id, Secret("one"), after=0, now=NOW)
        old = tx.execute(select(t.secret.c.sealed)).scalar_one()
        secrets.put_token(tx, LOCK, account.id, Secret("two"), after=1, now=NOW)
        tx.execute(update(t.secret).values(sealed=bytes(old)))
    with store.read() as cx, pytest.raises(SealBroken):
        secrets.get(cx, LOCK, account.id, TOKEN)


def test_nothing_is_kept_for_an_account_that_is_gone(store: Store):
    with store.write(durable=True) as tx, pytest.raises(StoreError, match="removed"):
        secrets.put(tx, LOCK, 4242, "client", Secret("x"), now=NOW)
    with store.write(durable=True) as tx:
        assert secrets.put_token(tx, LOCK, 4242, Secret("x"), after=0, now=NOW) is None


def test_a_secret_is_written_where_a_power_cut_cannot_take_it_back(store: Store):
    account = account_of(store)
    asked, full = {
        "sqlite": ("PRAGMA synchronous", 2),
        "postgresql": ("SHOW synchronous_commit", "on"),
    }[store.dialect]
    with store.write() as tx:
        if store.dialect == "postgresql":
            tx.exec_driver_sql("SET LOCAL synchronous_commit = off")
        with pytest.raises(RuntimeError, match="durable"):
            secrets.put(tx, LOCK, account.id, "client", Secret("x"), now=NOW)
    with store.write(durable=True) as tx:
        assert tx.exec_driver_sql(asked).scalar_one() == full
    if store.dialect == "sqlite":
        with store.write() as tx:  # the connection of before, and cheap again
            assert tx.exec_driver_sql(asked).scalar_one() == 1


def test_everything_can_be_sealed_anew_and_what_does_not_open_is_named(store: Store):
    mine, hers = account_of(store), account_of(store, "her")
    third = StoreLock(b"3" * 32, "a third lock")
    with store.write(durable=True) as tx:
        secrets.put_token(tx, LOCK, mine.id, Secret("mine"), after=0, now=NOW)
        secrets.put_token(tx, third, hers.id, Secret("hers"), after=0, now=NOW)
        assert secrets.rotate(tx, LOCK, OTHER) == [hers.id]
        assert secrets.rotate(tx, LOCK, OTHER) == [hers.id]  # again, as after an interruption
    with store.read() as cx:
        kept = secrets.get(cx, OTHER, mine.id, TOKEN)
        assert kept is not None
        assert kept.secret == Secret("mine")
        with pytest.raises(SealedElsewhere):
            secrets.get(cx, LOCK, mine.id, TOKEN)
        assert secrets.get(cx, third, hers.id, TOKEN) is not None


def test_only_what_does_not_open_is_dropped(store: Store):
    mine, hers = account_of(store), account_of(store, "her")
    with store.write(durable=True) as tx:
        secrets.put_token(tx, LOCK, mine.id, Secret("mine"), after=0, now=NOW)
        secrets.put_token(tx, OTHER, hers.id, Secret("hers"), after=0, now=NOW)
        assert secrets.drop_unopened(tx, LOCK) == [hers.id]
        assert secrets.drop_unopened(tx, LOCK) == []
        assert secrets.drop_unopened(tx, None) == [mine.id]
