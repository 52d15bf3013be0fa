"""A million walks as CSV and JSON Lines: time against DuckDB, and memory above idle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.many_walks import make
from bench.measure import Row
from syncd.export.fields import FIELDS

MANY, SOME = 1_000_000, 100_000
GOAL = 0.12
GOAL_MIB, FLAT_MIB = 30.0, 3.0
REPEATS = 2
ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(__file__).with_name("peers")
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
FORMS = {"csv": "csv", "jsonl": "json"}
"""Ours, and what the peer calls it."""
_OURS = """
import resource, sys
from syncd.cli import main
code = main(sys.argv[1:])
try:  # ru_maxrss remembers the parent's size, this does not
    lines = open("/proc/self/status").read().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(peak)
sys.exit(code)
"""
_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "list": "VARCHAR[]"}


def run() -> list[Row]:
    """Return the rows: a ratio where the peer can be had, memory in any case."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        urls = {count: make(folder / f"{count}.db", count) for count in (1, SOME, MANY)}
        peer = _peer()
        rows: list[Row] = []
        for form in FORMS:
            rows += _of_form(form, folder, urls, with_peer=peer)
        return rows


def _of_form(form: str, folder: Path, urls: dict[int, str], *, with_peer: bool) -> list[Row]:
    out = folder / f"walks.{form}"
    idle = _exported(form, urls[1], out)[1]
    some = _exported(form, urls[SOME], out)[1]
    ours, many = _exported(form, urls[MANY], out)
    rows: list[Row] = []
    if with_peer:
        write = _duckdb(form, out, folder)
        theirs = write()
        for _ in range(REPEATS - 1):
            ours = min(ours, _exported(form, urls[MANY], out)[0])
            theirs = min(theirs, write())
        rows.append(
            Row(
                f"a million walks as {form}",
                f"{ours:.1f} s",
                f"DuckDB from Parquet {theirs:.2f} s",
                theirs / ours,
                f">= {GOAL:g}x",
                theirs >= GOAL * ours,
            )
        )
    above, grown = many - idle, many - some
    rows.append(
        Row(
            f"... {form}, peak above idle",
            f"{above:.1f} MiB",
            f"idle {idle:.0f} MiB",
            above / idle,
            f"<= {GOAL_MIB:g} MiB",
            above <= GOAL_MIB,
        )
    )
    rows.append(
        Row(
            f"... {form}, ten times the rows",
            f"{grown:+.1f} MiB",
            f"100 k walks {some:.0f} MiB",
            many / some,
            f"<= +{FLAT_MIB:g} MiB",
            grown <= FLAT_MIB,
        )
    )
    return rows


def _exported(form: str, url: str, out: Path) -> tuple[float, float]:
    """Export with the command line; return seconds, start-up included, and the peak in MiB."""
    command = [sys.executable, "-c", _OURS, "export", "walks", "--format", form, "-o", str(out)]
    start = perf_counter()
    done = subprocess.run(
        [*command, "--no-codebook"],
        env={**os.environ, "SYNCD_DATABASE__URL": url},
        check=True,
        capture_output=True,
        text=True,
    )
    return perf_counter() - start, int(done.stdout) / 1024


def _peer() -> bool:
    """Make the peer's environment where that can be; say why where it cannot."""
    if not PEER_PYTHON.exists():
        venv = PEER_PYTHON.parent.parent
        install = [PEER_PYTHON, "-m", "pip", "install", "-qq", "--only-binary", ":all:", "-r"]
        try:
            for command in (
                [sys.executable, "-m", "venv", str(venv)],
                [*map(str, install), str(PEERS / "requirements.txt")],
            ):
                subprocess.run(command, check=True, capture_output=True, timeout=180)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"DuckDB cannot be had here, so nothing is measured against it: {error}")
            return False
    here = subprocess.run([PEER_PYTHON, "-c", "import duckdb"], capture_output=True, check=False)
    if here.returncode:
        print(f"{PEER_PYTHON.parent.parent} has no DuckDB: remove it to have it made again.")
    return here.returncode == 0


def _duckdb(form: str, text: Path, folder: Path) -> Callable[[], float]:
    """Give DuckDB our rows as Parquet; return what writes them as text and says the seconds."""
    parquet, written = folder / f"{form}.parquet", folder / f"theirs.{form}"
    columns = {field.name: _TYPES.get(field.type, "VARCHAR") for field in FIELDS["walks"]}
    if form == "csv":
        columns["sources"] = "VARCHAR"
    theirs = FORMS[form]
    _peer_does("prepare", theirs, str(text), str(parquet), json.dumps(columns))

    def write() -> float:
        seconds = float(_peer_does("write", theirs, str(parquet), str(written)))
        _check_same(text, written)
        return seconds

    return write


def _peer_does(*words: str) -> str:
    command = [str(PEER_PYTHON), str(PEERS / "duckdb_writing.py"), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _check_same(ours: Path, theirs: Path) -> None:
    """Raise where the two texts differ in their first lines: then nothing was compared."""
    with ours.open(encoding="utf-8-sig") as a, theirs.open(encoding="utf-8") as b:
        for _ in range(1000):
            mine, other = a.readline().strip(), b.readline().strip()
            if mine != other:
                raise RuntimeError(f"DuckDB wrote another text:\n{mine}\n{other}")
