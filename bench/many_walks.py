"""A database of very many walks, all fields filled, made by SQLite itself in a few seconds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from syncd.store import open_store

WALKS_A_PERSON = 500
_PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :people)
INSERT INTO person (id, uid, name, cohort, created_at)
SELECT i + 1, 'person-' || i, 'study/' || i, 'study', 1767225600 FROM n
"""
_WALKS = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :walks),
     w(i, at, s) AS (
         SELECT i, 1735700000 + (i % :each) * 61200 + i * 7 % 3600, 600 + i * 131 % 4200 FROM n
     )
INSERT INTO walk
SELECT i / :each + 1, printf('%08x-%04x-5%03x-a%03x-%012x', i * 2654435761 % 4294967296,
                             i % 65536, i % 4096, i % 4095, i),
       date(at + 3600, 'unixepoch'), 'fit:1:' || i, at, at + s, 3600, 3600,
       CASE i % 3 WHEN 0 THEN 'inferred' ELSE 'recorded' END,
       CASE i % 3 WHEN 0 THEN 'syncd' WHEN 1 THEN 'person' ELSE 'device' END,
       CASE i % 5 WHEN 0 THEN 'hiking' ELSE 'walking' END,
       CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN 'walk, evening' ELSE 'walk' END,
       CASE i % 3 WHEN 0 THEN 'minute' ELSE 'second' END,
       s * 107 / 60, round(s * 1.331 + i % 97 * 0.01, 2), s - i % 60 + 0.5,
       round(700 + i % 977 * 0.1, 1), round(1.2 + i % 400 * 0.001, 3),
       round(95 + i % 251 * 0.1, 1), round(i % 613 * 0.1, 1),
       CASE i % 7 WHEN 0 THEN NULL ELSE round(i % 599 * 0.1, 1) END,
       CASE i % 2 WHEN 0 THEN 'barometric' ELSE 'gnss' END, round(i % 617 * 0.1, 1),
       round(i % 150 * 0.001, 3), s / 80, i % 9, i % 8, '["fit:1:2697:' || (i % 500) || '", "csv"]',
       1 + i % 3, 1770000000 + i % 86400, x'00112233445566778899aabbccddeeff'
FROM w
"""


def make(path: Path, walks: int) -> str:
    """Make the database with so many walks of people of one cohort; return its URL."""
    url = f"sqlite:///{path}"
    open_store(url).close()
    db = sqlite3.connect(path)
    with db:
        people = -(-walks // WALKS_A_PERSON)
        db.execute(_PEOPLE, {"people": people})
        db.execute(_WALKS, {"walks": walks, "each": WALKS_A_PERSON})
    db.close()
    return url
