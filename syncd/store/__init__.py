"""Memory: tables, the series codec, the archive, leases; one code over SQLite and PostgreSQL.

Functions take an open connection: ``cx`` from ``Store.read()``, ``tx`` from ``Store.write()``.
Nothing here knows what a brisk minute is.
"""

from syncd.store.sql import Limits, Store, open_store

__all__ = ["Limits", "Store", "open_store"]
