"""What an account's adapter is told: secrets lie elsewhere, and are read only when needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from syncd.contract import Adapter, Capabilities, ConfigError, NoAuth
from syncd.service.account_settings import checked, kept


class Told(BaseModel):
    key: SecretStr
    file: Path | None = None
    label: str = ""


ADAPTER = Adapter(
    name="made-up",
    summary="for tests",
    capabilities=Capabilities(auth=NoAuth(), streams={}),
    settings=Told,
    connect=lambda _settings, _context: pytest.fail("nobody connects here"),
    parse=lambda _payload: (),
)


def said_of(value: str, env: dict[str, str] | None = None) -> str:
    told = checked(ADAPTER, "mine", {"key": value}, env or {})
    assert isinstance(told, Told)
    return told.key.get_secret_value()


def test_a_secret_is_read_from_where_it_lies(tmp_path):
    (tmp_path / "key").write_text("hush\n")
    assert said_of("env:KEY", {"KEY": "hush"}) == "hush"
    assert said_of(f"file:{tmp_path}/key") == "hush"
    assert said_of("credential:key", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "hush"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("hush", "mine: key is a secret. Write where it lies"),
        ("env:KEY", "mine: key is to be read from $KEY, which is not set."),
        ("credential:../key", "mine: key names the credential ../key: there is none here."),
        ("file:/nowhere/key", "mine: key: /nowhere/key cannot be read: No such file"),
    ],
)
def test_a_secret_that_cannot_be_read_is_a_sentence_without_it(value, words):
    with pytest.raises(ConfigError) as wrong:
        said_of(value)
    assert str(wrong.value).startswith(words)
    assert "hush" not in str(wrong.value)


def test_what_is_kept_holds_references_and_whole_paths_only(tmp_path):
    said = {"key": "env:KEY", "file": "client.json", "label": "x"}
    assert kept(ADAPTER, "mine", said, folder=tmp_path) == {
        "key": "env:KEY",
        "file": str(tmp_path / "client.json"),
        "label": "x",
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [("key", "hush"), ("api_key", "hush"), ("label", "b7Jq2mZx9TnP4vLk8RwY3sQd")],
)
def test_what_is_or_looks_like_a_secret_is_refused_without_repeating_it(key, value):
    with pytest.raises(ConfigError) as wrong:
        kept(ADAPTER, "mine", {key: value}, folder=Path("/"))
    assert key in str(wrong.value)
    assert value not in str(wrong.value)
