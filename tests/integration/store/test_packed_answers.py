"""What a vendor answers is packed tightly, and read however it was packed."""

from __future__ import annotations

import json
import zlib

import pytest

from syncd.contract import StoreError
from syncd.store import Store, archive, pulls
from syncd.store import tables as t
from tests.integration.store.made import account_of, payload, pulled

ANSWER = json.dumps(
    [{"steps": {"startTime": f"2026-04-02T04:{n % 60:02}:00Z", "count": n}} for n in range(9000)]
).encode()


def test_a_long_answer_is_packed_to_half_of_what_zlib_makes_of_it(store: Store):
    pull = pulled(store, account_of(store), payload(ANSWER))
    with store.read() as cx:
        [row] = cx.execute(t.archive.select())
        assert len(row.body) < len(zlib.compress(ANSWER)) / 2
        assert [one.body for one in pulls.payloads(cx, pull)] == [ANSWER]


def test_what_was_kept_with_zlib_is_read_for_ever(store: Store, monkeypatch: pytest.MonkeyPatch):
    account = account_of(store)
    with monkeypatch.context() as patch:
        patch.setattr(archive, "_HAS_XZ", False)
        pull = pulled(store, account, payload(ANSWER))
    with store.read() as cx:
        [row] = cx.execute(t.archive.select())
        assert zlib.decompress(row.body) == ANSWER
        assert [one.body for one in pulls.payloads(cx, pull)] == [ANSWER]


@pytest.mark.parametrize("damage", [lambda b: b[:-200], lambda b: b[:40] + b"?" + b[41:]])
def test_a_long_answer_that_is_damaged_is_refused(store: Store, damage):
    pull = pulled(store, account_of(store), payload(ANSWER))
    with store.write() as tx:
        [row] = tx.execute(t.archive.select())
        tx.execute(t.archive.update().values(body=damage(row.body)))
    with store.read() as cx, pytest.raises(StoreError, match="damaged"):
        list(pulls.payloads(cx, pull))


def test_a_python_without_xz_says_so(store: Store, monkeypatch: pytest.MonkeyPatch):
    pull = pulled(store, account_of(store), payload(ANSWER))
    monkeypatch.setattr(archive, "_HAS_XZ", False)
    with store.read() as cx, pytest.raises(StoreError, match="xz"):
        list(pulls.payloads(cx, pull))
