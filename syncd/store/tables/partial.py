"""Indexes over some rows only; loaded where tables are made or compared.

Apart from the tables because naming PostgreSQL's option loads its whole dialect, and whoever only
reads should not wait for that.
"""

from __future__ import annotations

from sqlalchemy import Index, text

from syncd.store.tables.derived import day
from syncd.store.tables.owners import account

_UNSETTLED = text("state IN ('open', 'waiting')")
_NAMED_BY_A_PERSON = text("vendor <> 'files'")

DAY_UNSETTLED = Index(
    "ix_day_unsettled",
    day.c.person_id,
    day.c.day,
    sqlite_where=_UNSETTLED,
    postgresql_where=_UNSETTLED,
)
ACCOUNT_NAME = Index(
    "uq_account_name",
    account.c.name,
    unique=True,
    sqlite_where=_NAMED_BY_A_PERSON,
    postgresql_where=_NAMED_BY_A_PERSON,
)
