"""The store lock: where it comes from, and which files are refused."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from syncd.contract import ConfigError
from syncd.store.store_lock import find_store_lock, make_store_lock


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "store-lock"


def test_a_made_lock_is_for_its_owner_only_and_is_found_again(file):
    made = make_store_lock(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = find_store_lock({}, file, named=False)
    assert found is not None
    assert found.key == made.key
    assert len(set(made.key)) > 8
    assert [path.name for path in file.parent.iterdir()] == ["store-lock"]


def test_a_lock_that_is_there_is_never_written_over(file):
    make_store_lock(file)
    before = file.read_bytes()
    with pytest.raises(ConfigError, match="left alone"):
        make_store_lock(file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["store-lock"]


def test_the_credential_comes_before_the_environment_and_that_before_the_file(file, tmp_path):
    keys = [base64.urlsafe_b64encode(bytes([n]) * 32) for n in range(3)]
    (tmp_path / "store-lock").write_bytes(keys[0])
    make_store_lock(file)
    file.write_bytes(keys[2])
    env = {"CREDENTIALS_DIRECTORY": str(tmp_path), "SYNCD_STORE_LOCK": keys[1].decode()}
    said = [
        find_store_lock(e, file, named=False)
        for e in (env, {**env, "CREDENTIALS_DIRECTORY": ""}, {})
    ]
    assert [lock.key[0] for lock in said if lock] == [0, 1, 2]
    assert [lock.said_by for lock in said if lock][1] == "$SYNCD_STORE_LOCK"


def test_no_lock_is_a_state_and_a_named_one_that_is_missing_a_mistake(file):
    assert find_store_lock({}, file, named=False) is None
    with pytest.raises(ConfigError, match="not there"):
        find_store_lock({}, file, named=True)


def test_a_lock_that_others_may_read_is_refused(file):
    make_store_lock(file)
    for mode in (0o640, 0o604, 0o620):
        file.chmod(mode)
        with pytest.raises(ConfigError, match="chmod 600"):
            find_store_lock({}, file, named=False)


def test_a_link_and_a_folder_are_refused(file, tmp_path):
    make_store_lock(file)
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(ConfigError, match="is a link"):
        find_store_lock({}, link, named=True)
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="not a file"):
        find_store_lock({}, tmp_path / "folder", named=True)


@pytest.mark.parametrize(
    "text", [b"", b"short", b"!" * 44, base64.b64encode(b"x" * 31), b"A" * 2000]
)
def test_a_file_without_a_lock_is_refused_and_not_shown(file, text):
    make_store_lock(file)
    file.write_bytes(text)
    with pytest.raises(ConfigError, match="holds no store lock") as caught:
        find_store_lock({}, file, named=False)
    assert not text or text[:20].decode() not in str(caught.value)
