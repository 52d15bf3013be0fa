"""Who may import whom. The contracts of import-linter, and what they cannot express."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ADAPTERS = sorted(p for p in (ROOT / "adapters").glob("syncd_*") if p.is_dir())


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """Yield the full name of everything a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield f"{node.module}.{node.names[0].name}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names[1:])


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_imports_point_down_only():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", modules(ROOT / "syncd" / "contract"), ids=lambda f: f.name)
def test_the_contract_imports_the_standard_library_and_pydantic_only(file):
    allowed = {*sys.stdlib_module_names, "pydantic"}
    foreign = [
        name
        for name in imports(file)
        if name.partition(".")[0] not in allowed and not within(name, "syncd.contract")
    ]
    assert foreign == []


def test_the_core_names_no_adapter():
    named = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in modules(ROOT / "syncd")
        for name in imports(file)
        if name.startswith("syncd_")
    ]
    assert named == []


@pytest.mark.parametrize("folder", ADAPTERS, ids=lambda f: f.name)
def test_an_adapter_sees_the_contract_and_the_formats_only(folder):
    outside = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in modules(folder)
        for name in imports(file)
        if name.startswith("syncd")
        and not within(name, "syncd.contract", "syncd.formats", folder.name)
        and not (simulates(file) and within(name, "syncd.sim"))
    ]
    assert outside == []


@pytest.mark.parametrize("folder", ADAPTERS, ids=lambda f: f.name)
def test_what_an_adapter_reads_with_knows_nothing_of_its_simulator(folder):
    inside = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in modules(folder)
        for name in imports(file)
        if not simulates(file) and {"simulator", "simulated"} & set(name.split("."))
    ]
    assert inside == []


def simulates(file: Path) -> bool:
    """Tell whether a module is of a simulator, or of what an adapter's simulators share."""
    return file.name == "simulator.py" or file.parent.name == "simulated"


def test_every_adapter_is_guarded_by_the_import_contracts():
    settings = (ROOT / "pyproject.toml").read_text()
    for folder in ADAPTERS:
        # as a root package, as a name the core must not say, and as a source that is limited
        assert settings.count(f'"{folder.name}"') >= 3, f"{folder.name}: add it to importlinter"


def test_adapters_is_a_source_root_and_not_a_package():
    assert ADAPTERS
    assert not (ROOT / "adapters" / "__init__.py").exists()
    assert [p.name for p in (ROOT / "adapters").iterdir() if p.suffix == ".py"] == []
