"""What may lie in the repository, how large it is, and what must not be said in it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "adapters",
    "bench",
    "config",
    "docs",
    "pyproject.toml",
    "requirements.lock",
    "syncd",
    "systemd",
    "tests",
}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LARGEST_BYTES = 200_000  # the lock is the largest thing here
RECORDINGS = {".csv", ".db", ".fit", ".gpx", ".gz", ".parquet", ".sqlite", ".tcx", ".zip"}

# Written so that this file does not match itself.
REGISTRIES = re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.]com|crates[.]io")
MACHINE_PATHS = re.compile(r"(?<![\w.~}])/(?:home/\w|Users/\w|root/|work/\w|opt/\w)")
LEFTOVERS = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b")


def repository() -> list[Path]:
    """List what is committed or would be."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return sorted({file for file in files if file.is_file()})


def product() -> list[Path]:
    return [file for room in ("syncd", "adapters") for file in sorted((ROOT / room).rglob("*.py"))]


def places(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_top_level_holds_only_what_is_planned():
    assert {file.relative_to(ROOT).parts[0] for file in repository()} <= TOP_LEVEL


def test_nothing_names_a_package_registry():
    assert places(REGISTRIES, repository()) == []


def test_nothing_names_a_path_of_some_machine():
    assert places(MACHINE_PATHS, repository()) == []


def test_nothing_is_left_for_later_in_a_comment():
    files = [f for f in repository() if f.name not in {"requirements.lock", "LICENSE"}]
    assert places(LEFTOVERS, files) == []


def test_no_recording_and_no_large_file_is_kept_here():
    files = repository()
    assert [f.name for f in files if RECORDINGS & set(f.suffixes)] == []
    assert [f.name for f in files if f.stat().st_size > LARGEST_BYTES] == []


def test_every_file_ends_with_a_newline_and_has_no_spaces_at_line_ends():
    for file in repository():
        text = file.read_text(encoding="utf-8")
        assert not text or text.endswith("\n"), file
        assert not re.search(r"[ \t]+$", text, re.MULTILINE), file


def test_files_stay_readable_in_one_sitting():
    long = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in product()
        if "migrations" not in file.parts  # one a schema, never edited afterwards
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_functions_fit_on_a_screen():
    long = {
        f"{file.relative_to(ROOT)}:{node.name}": node.end_lineno - node.lineno + 1
        for file in product()
        if "migrations" not in file.parts
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is_for():
    silent = [
        str(file.relative_to(ROOT))
        for file in product()
        if not ast.get_docstring(ast.parse(file.read_bytes()))
    ]
    assert silent == []


def test_the_gate_runs_what_a_developer_runs():
    gate = (ROOT / ".ci" / "run").read_text()
    for command in ("make .venv", "make check", "make docs ARGS=--check", "make test"):
        assert f"\n{command}\n" in gate
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_the_makefile_offers_what_the_pages_promise():
    offered = set(re.findall(r"^([.a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pages = [f for f in repository() if f.suffix == ".md"]
    named = {
        target
        for page in pages
        for target in re.findall(r"(?:`|^\s*)make ([.a-z]+)", page.read_text(), re.MULTILINE)
    }
    assert named <= offered
    assert {".venv", "demo", "test", "soak", "check", "bench"} <= offered
