"""Every command that a page shows exists, and every command that exists is on a page."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from typer.main import get_command

from syncd.cli.app import app
from tests.conftest import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "systemd/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/)?syncd(?: [^`]*)?)`")
SENT = re.compile(r"(?:: |`)syncd (?!itself\b|cannot\b)([a-z]+)\b")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")


@dataclass(frozen=True)
class Shown:
    page: str
    line: str

    def __str__(self) -> str:
        return f"{self.page}: {self.line}"


def shown_commands() -> Iterator[Shown]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        name = str(page.relative_to(ROOT))
        for language, block in FENCE.findall(text):
            if language in {"sh", "console"}:
                for line in block.splitlines():
                    command = line.removeprefix("$ ").removeprefix(".venv/bin/").split("  #")[0]
                    if re.match(r"syncd( |$)", command):
                        yield Shown(name, command.strip())
        if name != "docs/reference/cli.md":
            for command in INLINE.findall(FENCE.sub("", text)):
                yield Shown(name, command.removeprefix(".venv/bin/"))


def options_of(command: Any) -> dict[str, Any]:
    found = {name: p for p in command.params for name in (*p.opts, *p.secondary_opts)}
    return {name: p for name, p in found.items() if p.param_type_name == "option"}


def places_for_arguments(command: Any) -> float:
    counts = [p.nargs for p in command.params if p.param_type_name == "argument"]
    return float("inf") if -1 in counts else sum(counts)


def check(line: str) -> None:
    """Fail unless the names of all commands and options in ``line`` exist."""
    words = shlex.split(re.split(r"\s[|>]\s|\s&&\s", line)[0])[1:]
    command, path = get_command(app), "syncd"
    everywhere = options_of(command)
    arguments = 0
    while words:
        word = words.pop(0)
        if word.startswith("-") and word != "-":
            option, _, value = word.partition("=")
            known = {**everywhere, "--help": None, **options_of(command)}
            assert option in known, f"{path} has no option {option}"
            parameter = known[option]
            if parameter is not None and not (parameter.is_flag or parameter.count or value):
                assert words, f"{option} of {path} lacks its value"
                words.pop(0)
        elif hasattr(command, "commands"):
            assert word in command.commands, f"{path} has no command {word}"
            command, path = command.commands[word], f"{path} {word}"
        else:
            arguments += 1
    assert arguments <= places_for_arguments(command), f"{path} takes fewer arguments"


@pytest.mark.parametrize("shown", sorted(set(shown_commands()), key=str), ids=str)
def test_a_shown_command_exists(shown):
    check(shown.line)


def test_the_check_itself_sees_a_wrong_name():
    for wrong in ("syncd dance", "syncd days --dance", "syncd person dance NAME"):
        with pytest.raises(AssertionError):
            check(wrong)


def test_the_reference_is_what_the_program_says():
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_in_the_reference_with_its_help():
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    open_ends = [((), get_command(app))]
    while open_ends:
        path, command = open_ends.pop()
        name = " ".join(("syncd", *path))
        assert f"## `{name}`\n" in reference
        assert command.help, f"{name} has no help"
        members = getattr(command, "commands", {}).items()
        open_ends += [((*path, n), m) for n, m in members if not m.hidden]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(page):
    dead = [
        target
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_no_sentence_of_the_program_sends_a_person_to_a_command_that_is_not_there():
    there = set(get_command(app).commands)
    sent = [
        (f"{file.relative_to(ROOT)}: {node.value.strip()[:80]}", word)
        for room in ("syncd", "adapters", "config")
        for file in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for word in SENT.findall(node.value)
    ]
    assert {"run", "worker", "doctor"} <= {word for _, word in sent}
    assert [where for where, word in sent if word not in there] == []
