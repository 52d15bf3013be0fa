"""The client file and the address: what is wrong with them is said, and what to do."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from syncd.contract import ConfigError
from syncd_google_health import adapter
from syncd_google_health.settings import GoogleHealthSettings

CLIENT = {
    "client_id": "1-x.apps.googleusercontent.com",
    "client_secret": "shh",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
}


def client(path, said):
    path.write_text(said if isinstance(said, str) else json.dumps(said))
    return adapter.client(GoogleHealthSettings(client_file=path))


@pytest.mark.parametrize("kind", ["installed", "web"])
def test_googles_file_is_read_as_it_was_downloaded(tmp_path, kind):
    found = client(tmp_path / "c.json", {kind: CLIENT | {"project_id": "x"}})
    assert (found.client_id, found.client_secret) == (CLIENT["client_id"], "shh")
    assert (found.authorize_url, found.token_url) == (CLIENT["auth_uri"], CLIENT["token_uri"])
    assert "shh" not in repr(found)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("not json", "is not a Google client file"),
        ({"type": "service_account"}, "is not a Google client file"),
        ({"installed": []}, "is not a Google client file"),
        ({"installed": {**CLIENT, "client_secret": ""}}, 'no "client_secret"'),
        ({"installed": {**CLIENT, "token_uri": "http://evil.invalid/"}}, "without https"),
        (" " * 70_000, "is not a Google client file"),
    ],
)
def test_any_other_file_is_refused_in_words(tmp_path, said, words):
    with pytest.raises(ConfigError, match=words):
        client(tmp_path / "c.json", said)


def test_a_file_that_is_not_there_says_where_to_get_one(tmp_path):
    with pytest.raises(ConfigError, match=r"could not be read.*console"):
        adapter.client(GoogleHealthSettings(client_file=tmp_path / "none.json"))


@pytest.mark.parametrize(
    "url", ["http://health.example", "ftp://x", "https://", "https://a/?b=c", "https://u@a/"]
)
def test_an_address_that_others_could_read_is_refused(url):
    with pytest.raises(ValidationError):
        GoogleHealthSettings(client_file="c.json", base_url=url)


def test_the_address_may_be_this_machine():
    settings = GoogleHealthSettings(client_file="c.json", base_url="http://127.0.0.1:8099/v4/")
    assert settings.base_url == "http://127.0.0.1:8099/v4"
