"""What a person gets who installs the wheel. The checkout cannot tell: it exposes whole folders."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

import syncd
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [file] = folder.glob("*.whl")
    with zipfile.ZipFile(file) as opened:
        yield opened


@pytest.fixture
def names(wheel) -> list[str]:
    return [name for name in wheel.namelist() if ".dist-info/" not in name]


@pytest.fixture
def metadata(wheel) -> Message:
    [name] = [n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel.read(name).decode())


def test_it_holds_syncd_and_the_adapters_and_no_module_named_adapters(names):
    packages = {name.partition("/")[0] for name in names}
    expected = {p.name for p in (ROOT / "adapters").iterdir() if p.name.startswith("syncd_")}
    assert packages == {"syncd", *expected}
    assert "syncd_files" in packages


def test_it_holds_every_module_of_the_checkout(names):
    checkout = {
        str(file.relative_to(root))
        for root, packages in ((ROOT, "syncd"), (ROOT / "adapters", "syncd_*"))
        for package in root.glob(packages)
        for file in package.rglob("*.py")
    }
    assert {name for name in names if name.endswith(".py")} == checkout


def test_every_package_says_that_it_is_typed(names):
    for package in {name.partition("/")[0] for name in names}:
        assert f"{package}/py.typed" in names


def test_it_holds_the_migrations(names):
    migrations = "syncd/store/migrations"
    assert f"{migrations}/env.py" in names
    assert [n for n in names if n.startswith(f"{migrations}/versions/") and n.endswith(".py")]


def test_it_holds_no_tests_no_benches_no_pages(names):
    strange = [n for n in names if not n.endswith((".py", "/py.typed", ".mako"))]
    assert strange == []
    assert [n for n in names if "/test_" in n or n.endswith("conftest.py")] == []


def test_it_carries_the_licence_and_the_version(wheel, metadata):
    assert [n for n in wheel.namelist() if n.endswith("/licenses/LICENSE")]
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Version"] == syncd.__version__
    assert metadata["Requires-Python"] == ">=3.11"


def test_it_offers_the_command_and_the_adapters(wheel):
    [name] = [n for n in wheel.namelist() if n.endswith(".dist-info/entry_points.txt")]
    said = wheel.read(name).decode()
    assert "[console_scripts]\nsyncd = syncd.cli:main" in said
    assert "[syncd.adapters]\nfiles = syncd_files:adapter" in said


def test_its_dependencies_come_by_name_and_developers_tools_are_not_among_them(metadata):
    required = metadata.get_all("Requires-Dist")
    assert not [r for r in required if "@" in r]
    core = {r.split(">")[0].split("<")[0].strip() for r in required if "extra ==" not in r}
    assert core.isdisjoint({"pytest", "hypothesis", "mypy", "ruff", "pandas", "numpy", "pyarrow"})


def test_every_dependency_is_in_the_lock(metadata):
    lock = (ROOT / "requirements.lock").read_text()
    locked = {line.partition("==")[0] for line in lock.splitlines() if "==" in line}
    for requirement in metadata.get_all("Requires-Dist"):
        name = requirement.split(";")[0].split("[")[0].rstrip(" <>=.,0123456789").lower()
        assert name == "syncd" or name in locked


def test_the_lock_is_hashed_and_names_no_address():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert not [n for n in lines if "://" in n or n.startswith(("-", "#", "file:"))]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if "==" in line and not line.startswith(" "):
            assert line.endswith("\\"), line
            assert following.strip().startswith("--hash=sha256:"), line


def test_the_installed_command_is_the_one_of_this_checkout():
    assert Path(syncd.__file__).is_relative_to(ROOT)
