"""``syncd simulate``: a vendor in the foreground, found without the core knowing its name."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from syncd.ingest import simulators
from syncd_google_health import adapter

START = "import sys; from syncd.cli.app import run; sys.exit(run(sys.argv[1:]))"


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start the command and yield it with what it says until it is ready."""
    command = [sys.executable, "-c", START, "simulate", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                if "Ctrl-C" in line:
                    break
            yield process, lines
        finally:
            process.kill()


def test_it_says_where_it_is_and_answers_until_it_is_interrupted():
    with running("google-health") as (process, lines):
        said = dict(line.split(" = ", 1) for line in map(str.strip, lines) if " = " in line)
        settings = {name.strip(): value.strip() for name, value in said.items()}
        account = adapter.settings(**settings)
        client = adapter.client(account)
        assert client.token_url.startswith(account.base_url.removesuffix("/v4"))
        assert httpx.get(f"{account.base_url}/users/me/identity").status_code == 401
        folder = Path(settings["client_file"]).parent
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert rest.strip() == "Stopped."
        assert process.returncode == 0
        assert not folder.exists()
    assert all(len(line) <= 78 for line in lines if " = " not in line)


def test_a_vendor_that_nobody_simulates_is_answered_with_those_that_are(cli):
    said = cli("simulate", "nobodys")
    assert said.code == 78
    assert f"Installed: {', '.join(simulators.names())}" in " ".join(said.told.split())
    assert {"fitbit", "garmin", "google-health"} <= set(simulators.names())


def test_a_port_that_somebody_else_has_is_told(cli):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = cli("simulate", "google-health", "--port", taken.getsockname()[1])
    assert said.code == 2
    assert "cannot be had" in said.told
