"""Opening a database: what is made, what is refused, and what a person is told."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from syncd.contract import ConfigError, StoreError
from syncd.store import Store, open_store, people, sqlite_files, views
from syncd.store import tables as t
from syncd.store.migrations import REVISIONS
from syncd.store.tables import partial
from tests.integration.store.made import NOW


def test_the_migrated_schema_is_the_one_the_tables_describe(new_store: Store):
    with new_store.read() as cx:
        context = MigrationContext.configure(cx)
        assert compare_metadata(context, t.metadata) == []
        assert partial.DAY_UNSETTLED in t.day.indexes
        live = inspect(cx)
        for table in t.metadata.tables.values():
            assert live.get_pk_constraint(table.name)["constrained_columns"] == [
                column.name for column in table.primary_key.columns
            ]
            assert {
                tuple(key["constrained_columns"]) for key in live.get_foreign_keys(table.name)
            } == {
                tuple(column.name for column in key.columns)
                for key in table.foreign_key_constraints
            }


def test_every_table_is_made_alike_by_the_steps_and_by_the_tables(new_store: Store):
    def plain(index: Mapping[str, Any]) -> dict[str, str]:
        return {name: str(value) for name, value in index.get("dialect_options", {}).items()}

    def schema() -> dict[str, object]:
        with new_store.read() as cx:
            live = inspect(cx)
            return {
                name: (
                    [{**c, "type": str(c["type"])} for c in live.get_columns(name)],
                    live.get_pk_constraint(name),
                    sorted(map(repr, live.get_foreign_keys(name))),
                    sorted(map(repr, live.get_unique_constraints(name))),
                    sorted(
                        repr({**i, "dialect_options": plain(i)}) for i in live.get_indexes(name)
                    ),
                )
                for name in t.metadata.tables
            }

    by_steps = schema()
    with new_store.write() as tx:
        for view in views.drop():
            tx.exec_driver_sql(view)
        t.metadata.drop_all(tx)
        t.metadata.create_all(tx)
    assert schema() == by_steps


def test_the_program_knows_just_the_revisions_that_are_there():
    found = ScriptDirectory(str(Path(people.__file__).with_name("migrations")))
    assert [step.revision for step in reversed(list(found.walk_revisions()))] == list(REVISIONS)


def test_opening_twice_changes_nothing(new_store: Store, new_url: str):
    with new_store.write() as tx:
        people.add(tx, "me", now=NOW)
    again = open_store(new_url)
    with again.read() as cx:
        assert [person.name for person in people.listing(cx)] == ["me"]
    again.close()


def test_a_database_of_a_newer_program_is_refused(new_store: Store, new_url: str):
    with new_store.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer syncd.*9999.*Upgrade"):
        open_store(new_url)


def test_a_store_that_may_not_migrate_says_what_to_do(new_url: str):
    with pytest.raises(StoreError, match="syncd import FILE"):
        open_store(new_url, migrate=False)


def test_the_folder_and_the_file_are_for_their_owner_only(tmp_path: Path):
    path = tmp_path / "deep" / "state" / "syncd.db"
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path):
    path = tmp_path / "syncd.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sqlite_files.os, "geteuid", lambda: os.getuid() + 4242)
    with pytest.raises(StoreError, match=r"belongs to .*, and you are .*Run this as"):
        open_store(f"sqlite:///{tmp_path / 'syncd.db'}")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "syncd.db"
    path.write_bytes(b"JFIF" * 4000)
    with pytest.raises(StoreError, match="not a syncd database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == b"JFIF" * 4000


def test_a_database_of_another_program_is_refused(tmp_path: Path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE person (id)")
    other.close()
    with pytest.raises(StoreError, match="not syncd's"):
        open_store(f"sqlite:///{path}")


def test_a_folder_in_place_of_the_file_is_explained(tmp_path: Path):
    (tmp_path / "syncd.db").mkdir()
    with pytest.raises(StoreError, match="Cannot open"):
        open_store(f"sqlite:///{tmp_path / 'syncd.db'}")


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://x@y/z"])
def test_an_address_that_is_none_is_a_mistake_in_the_configuration(url):
    with pytest.raises(ConfigError, match=r"database\.url"):
        open_store(url)


def test_a_server_that_does_not_answer_is_named_without_the_password():
    with pytest.raises(StoreError, match="does not answer") as caught:
        open_store("postgresql://me:s3cret@127.0.0.1:1/syncd")
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1/syncd" in str(caught.value)


def test_o1_a_full_disk_is_a_sentence_and_leaves_nothing_half(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")

    def fill() -> None:
        with store.write() as tx:
            pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
            tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            for number in range(2000):
                people.add(tx, f"person {number}", now=NOW)

    with pytest.raises(StoreError, match="disk is full"):
        fill()
    with store.read() as cx:
        assert people.listing(cx) == []
    store.close()
