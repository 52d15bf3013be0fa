"""What a person's sources are called on screens that tell one from another."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection

from syncd.service.loading import NAMES
from syncd.store import accounts, sources


def source_names(cx: Connection, person_id: int) -> dict[int, str]:
    """Return a name for people for each source of a person, by id.

    The device, else the kind of source; with the account where two would be called the same.
    """
    rows = sources.of_person(cx, person_id)
    names = {row.id: row.device or NAMES[row.kind] for row in rows}
    count = Counter(names.values())
    of = {account.id: account.name for account in accounts.of_person(cx, person_id)}
    return {
        row.id: name if count[name] == 1 else f"{name} ({of.get(row.account_id, row.key)})"
        for row, name in zip(rows, names.values(), strict=True)
    }
