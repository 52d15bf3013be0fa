"""Adapters are found by their entry points, and one that cannot load stops no other."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

import pytest

from syncd.contract import ConfigError
from syncd.ingest import registry


def points(*pairs: tuple[str, str]) -> list[EntryPoint]:
    return [EntryPoint(name=n, value=v, group=registry.GROUP) for n, v in pairs]


@pytest.fixture
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    known = points(
        ("files", "syncd_files:adapter"),
        ("lost", "syncd_lost_library:adapter"),
        ("odd", "json:loads"),
        ("older", "syncd.contract:SomethingThatOnceWas"),
    )

    def found(*, group: str, name: str | None = None) -> list[EntryPoint]:
        assert group == registry.GROUP
        return [p for p in known if name is None or p.name == name]

    monkeypatch.setattr(registry, "entry_points", found)


def test_the_files_adapter_is_installed() -> None:
    info = next(i for i in registry.listing() if i.name == "files")
    assert (info.available, info.streams, info.why) == (True, ("files",), None)
    assert registry.find("files").name == "files"


@pytest.mark.usefixtures("_broken")
def test_an_adapter_without_its_library_says_so_and_others_load() -> None:
    by_name = {i.name: i for i in registry.listing()}
    assert by_name["files"].available
    assert 'needs the library "syncd_lost_library"' in (by_name["lost"].why or "")
    assert "does not offer an adapter" in (by_name["odd"].why or "")


@pytest.mark.usefixtures("_broken")
def test_an_adapter_made_for_another_version_stops_no_other() -> None:
    by_name = {i.name: i for i in registry.listing()}
    assert by_name["files"].available
    assert by_name["older"].why == (
        'The adapter "older" could not be loaded (AttributeError). It may have been made for'
        " another version of syncd."
    )


def test_what_an_extra_brings_is_told_with_the_command_that_brings_it() -> None:
    [point] = entry_points(group=registry.GROUP, name="fitbit")
    error = registry.unloadable("adapter", point, ImportError("gone", name="fitbit"))
    assert str(error).endswith("Install it with: pip install 'syncd[fitbit]'")
    [point] = entry_points(group=registry.GROUP, name="files")
    error = registry.unloadable("adapter", point, ImportError("gone", name="fitdecode"))
    assert str(error).endswith('needs the library "fitdecode", which is not installed.')


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"Installed: .*files"):
        registry.find("garmn")
