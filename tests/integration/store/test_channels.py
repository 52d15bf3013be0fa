"""Channels and the outbox: sealed addresses, and what goes out on which channel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from syncd.contract import ConfigError
from syncd.store import Store, channels, notices, people
from syncd.store import tables as t
from syncd.store.channels import Channel
from syncd.store.secrets import SealBroken, SealedElsewhere, Secret
from syncd.store.store_lock import StoreLock
from tests.integration.store.made import NOW

LOCK = StoreLock(bytes(range(32)), "the first lock")
OTHER = StoreLock(bytes(range(1, 33)), "the second lock")
ADDRESS = "mailto://me:very-hidden@example.org"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def person_of(store: Store, name: str = "me") -> int:
    with store.write() as tx:
        return (people.find(tx, name) or people.add(tx, name, now=NOW)).id


def added(store: Store, name: str | None = None, *, person: str = "me") -> Channel:
    person_id = person_of(store, person)
    with store.write(durable=True) as tx:
        return channels.add(
            tx, LOCK, person_id, Secret(ADDRESS), scheme="mailto", name=name, now=NOW
        )


def test_an_address_is_kept_sealed_and_opens_for_its_own_channel_only(store: Store):
    one, two = added(store), added(store)
    assert (one.name, two.name, one.shown) == ("mailto", "mailto-2", "mailto://***")
    with store.read() as cx:
        assert channels.address(cx, LOCK, one).reveal() == ADDRESS.encode()
        sealed = cx.execute(select(t.channel.c.sealed).order_by(t.channel.c.id)).scalars().all()
        assert all(b"very-hidden" not in bytes(body) for body in sealed)
        with pytest.raises(SealedElsewhere, match="remove the channel and add it again"):
            channels.address(cx, OTHER, one)
    with store.write() as tx:
        tx.execute(update(t.channel).where(t.channel.c.id == two.id).values(sealed=sealed[0]))
    with store.read() as cx, pytest.raises(SealBroken, match="misplaced"):
        channels.address(cx, LOCK, two)


def test_an_address_is_never_written_where_a_power_cut_could_take_it_back(store: Store):
    person_id = person_of(store)
    with pytest.raises(RuntimeError, match="durable"), store.write() as tx:
        channels.add(tx, LOCK, person_id, Secret(ADDRESS), scheme="json", name=None, now=NOW)


def test_a_channel_s_name_is_given_once_a_person(store: Store):
    added(store, "phone")
    with pytest.raises(ConfigError, match="a channel phone already"):
        added(store, "phone")
    assert added(store, "phone", person="you").name == "phone"
    with pytest.raises(ConfigError, match="printable"):
        added(store, " x")


def test_another_store_lock_seals_all_addresses_anew(store: Store):
    one, lost = added(store), added(store)
    with store.write() as tx:
        tx.execute(update(t.channel).where(t.channel.c.id == lost.id).values(sealed=b"x" * 60))
    with store.write(durable=True) as tx:
        assert [channel.id for channel in channels.rotate(tx, LOCK, OTHER)] == [lost.id]
    with store.read() as cx:
        assert channels.address(cx, OTHER, one).reveal() == ADDRESS.encode()
        assert not channels.can_open(cx, LOCK, one)
        assert not channels.can_open(cx, None, one)


def test_a_failing_channel_is_left_alone_longer_each_time(store: Store):
    one = added(store)
    waits = []
    for _ in range(9):
        with store.write() as tx:
            held = channels.hold(tx, one.id)
            assert held is not None
            channels.failed(tx, held, "no answer", NOW)
        with store.read() as cx:
            [held] = channels.of_person(cx, one.person_id)
            assert channels.due(cx, NOW) == []
            assert channels.due(cx, held.try_at) == [held]
        waits.append((held.try_at - NOW) / MINUTE)
    assert waits == [2, 4, 8, 16, 32, 64, 120, 120, 120]
    with store.write() as tx:
        channels.done(tx, one.id, NOW.date(), until=NOW + DAY)
    with store.read() as cx:
        [held] = channels.of_person(cx, one.person_id)
    assert (held.attempts, held.why, held.done_day) == (0, None, NOW.date())


def test_each_channel_gets_a_notice_once(store: Store):
    one, two = added(store), added(store)
    whose = one.person_id
    with store.write() as tx:
        assert notices.owe(tx, whose, "missed", "2026-03-01", words="Missed.", now=NOW)
        assert not notices.owe(tx, whose, "missed", "2026-03-01", words="Missed.", now=NOW)
        notices.keep_told(tx, whose, notices.FIRST_TARGET, "Told on a screen.", NOW)

    def left(channel: Channel, after: timedelta = MINUTE, again: tuple[str, ...] = ()):
        now = NOW + after
        with store.read() as cx:
            found = notices.waiting(
                cx, whose, channel.id, since=NOW - DAY, until=now, again=again, now=now
            )
        return [notice.kind for notice in found]

    assert left(one) == left(two) == ["missed"]
    key = [("missed", "2026-03-01")]
    with store.write() as tx:
        notices.claim(tx, whose, one.id, key, NOW)
    assert left(one, DAY) == []
    assert left(one, DAY, ("missed",)) == ["missed"]
    assert left(one, MINUTE, ("missed",)) == []
    assert left(two) == ["missed"]
    with store.read() as cx:
        assert ("missed", "2026-03-01") not in notices.went_out(cx, whose)
    with store.write() as tx:
        notices.mark_sent(tx, whose, one.id, key, NOW + MINUTE)
    assert left(one, DAY, ("missed",)) == []
    assert left(two) == ["missed"]
    with store.write() as tx:
        notices.claim(tx, whose, two.id, key, NOW)
        notices.release(tx, whose, two.id, key)
    assert left(two) == ["missed"]
    with store.read() as cx:
        assert ("missed", "2026-03-01") in notices.went_out(cx, whose)


def test_what_is_owed_too_early_or_too_late_does_not_wait(store: Store):
    one = added(store)
    with store.write() as tx:
        for kind, at in (("old", -2 * DAY), ("now", -MINUTE), ("later", MINUTE)):
            notices.owe(tx, one.person_id, kind, "", words="w", now=NOW + at)
    with store.read() as cx:
        found = notices.waiting(
            cx, one.person_id, one.id, since=NOW - DAY, until=NOW, again=(), now=NOW
        )
    assert [notice.kind for notice in found] == ["now"]


def test_a_removed_channel_leaves_nothing_behind(store: Store):
    one = added(store)
    with store.write() as tx:
        notices.owe(tx, one.person_id, "missed", "", words="w", now=NOW)
        notices.claim(tx, one.person_id, one.id, [("missed", "")], NOW)
        channels.remove(tx, one.id)
    with store.read() as cx:
        assert channels.of_person(cx, one.person_id) == []
        assert cx.execute(select(t.delivery)).all() == []
        assert ("missed", "") in notices.owed(cx, one.person_id)
