"""An environment like a person's: syncd's wheel and the libraries it needs, and no extra of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.conftest import ROOT

EXAMPLE = ROOT / "tests" / "third_party" / "syncd_pedometer"


@dataclass(frozen=True)
class Scratch:
    """An environment in a folder, with a home of its own."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def libraries(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    def run(self, *words: object, **given: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, in an empty folder and with none of our variables."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        command, *arguments = map(str, words)
        return subprocess.run(
            [self.folder / "bin" / command, *arguments],
            cwd=home,
            env={"HOME": str(home), "PATH": os.defpath, "TZ": "UTC", **given},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )


def made(folder: Path, *tools: str) -> Scratch:
    """Make an environment with the libraries of a plain ``pip install syncd``, and ``tools``."""
    venv.create(folder, with_pip=False, symlinks=True)
    scratch = Scratch(folder)
    for found in needed("syncd", *tools):
        for name in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            there = scratch.libraries / name
            if not there.exists():
                there.symlink_to(Path(str(found.locate_file(name))))
    return scratch


def needed(*names: str) -> Iterator[Distribution]:
    """Yield all that the named distributions need, without their extras; syncd itself is not."""
    waiting, seen = [Requirement(name) for name in names], set[tuple[str, frozenset[str]]]()
    while waiting:
        asked = waiting.pop()
        mark = (asked.name.lower(), frozenset(asked.extras))
        if mark in seen:
            continue
        seen.add(mark)
        found = distribution(asked.name)
        if asked.name != "syncd":
            yield found
        for line in found.requires or ():
            more = Requirement(line)
            extras = ("", *asked.extras)
            if more.marker is None or any(more.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(more)


def install(scratch: Scratch, *projects: Path) -> None:
    """Build the wheels of projects and install them, asking nobody."""
    folder = scratch.folder / "wheels"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    for building in [subprocess.Popen(build, cwd=p, stdout=subprocess.DEVNULL) for p in projects]:
        assert building.wait() == 0
    put = ["install", "-qq", "--no-deps", "--no-index", "--no-compile", "--no-warn-script-location"]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", scratch.python]
    wheels = sorted(folder.glob("*.whl"))
    assert len(wheels) == len(projects)
    done = subprocess.run([*pip, *put, *wheels], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def copied(project: Path, to: Path) -> Path:
    """Copy a project to where its build may leave things."""
    return shutil.copytree(project, to, ignore=shutil.ignore_patterns("__pycache__", "dist"))
