"""The lock of a person: one derivation at a time."""

from __future__ import annotations

from sqlalchemy import Connection, update

from syncd.contract import StoreError
from syncd.store import tables as t


def lock_person(tx: Connection, person_id: int) -> int:
    """Lock a person until the end of the transaction and return the new derive epoch."""
    here = t.person.c
    locked = update(t.person).where(here.id == person_id).values(derive_epoch=here.derive_epoch + 1)
    epoch: int | None = tx.execute(locked.returning(here.derive_epoch)).scalar()
    if epoch is None:
        raise StoreError(f"Nobody has the number {person_id} any more: the person was removed.")
    return epoch
