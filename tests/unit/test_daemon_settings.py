"""Settings of the service: what is refused, with the way out."""

from __future__ import annotations

import pytest

from syncd.contract import ConfigError
from syncd.daemon_settings import address_of
from syncd.settings import load


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("threads = 0", "threads must be from 1 to 64"),
        ("archive_days = 0", "archive_days must be 1 or more"),
        ("nothing_written_days = -1", "nothing_written_days must be 1 or more"),
        ('listen = "9464"', "like 127.0.0.1:9464"),
        ('listen = "127.0.0.1:http"', "must end with a port"),
        ('listen = "127.0.0.1:70000"', "must end with a port"),
        ('listen = "0.0.0.0:9464"', "other machines can reach: write 127.0.0.1, or set"),
        ('listen = "example.org:9464"', "must be an address and a port"),
        ('threads = "many"', "daemon.threads"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_out(tmp_path, text, words):
    file = tmp_path / "syncd.toml"
    file.write_text(f"[daemon]\n{text}\n")
    with pytest.raises(ConfigError) as refusal:
        load(file, {})
    assert words in str(refusal.value)
    assert str(file) in str(refusal.value)


def test_an_address_for_other_machines_is_taken_when_it_is_asked_for():
    env = {"SYNCD_DAEMON__LISTEN": "0.0.0.0:9464", "SYNCD_DAEMON__LISTEN_BEYOND_LOOPBACK": "true"}
    assert load(None, env).settings.daemon.listen == "0.0.0.0:9464"


@pytest.mark.parametrize(
    ("listen", "host"), [("localhost:1", "127.0.0.1"), ("[::1]:1", "::1"), ("127.0.0.2:1", None)]
)
def test_an_address_is_read(listen, host):
    assert str(address_of(listen)[0]) == (host or "127.0.0.2")
    assert address_of(listen)[1] == 1
