"""The adapters that are installed, found by entry points; one that cannot load stops no other."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from syncd.contract import Adapter, ConfigError

GROUP = "syncd.adapters"


@dataclass(frozen=True, slots=True)
class AdapterInfo:
    """What ``syncd adapters`` shows of one; ``why`` says what it lacks when not available."""

    name: str
    available: bool
    streams: tuple[str, ...]
    why: str | None
    summary: str = ""


def find(name: str) -> Adapter[Any]:
    """Return the adapter called ``name``; raise ``ConfigError`` if it is not to be had."""
    for point in entry_points(group=GROUP, name=name):
        return _loaded(point)
    known = ", ".join(sorted(p.name for p in entry_points(group=GROUP))) or "none is installed"
    raise ConfigError(f'There is no adapter called "{name}". Installed: {known}.')


def listing() -> list[AdapterInfo]:
    """Return every installed adapter by name, with what it delivers or why it cannot."""
    found: list[AdapterInfo] = []
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            adapter = _loaded(point)
        except ConfigError as error:
            found.append(AdapterInfo(point.name, available=False, streams=(), why=str(error)))
            continue
        streams = tuple(sorted(stream.value for stream in adapter.capabilities.streams))
        found.append(
            AdapterInfo(
                point.name, available=True, streams=streams, why=None, summary=adapter.summary
            )
        )
    return found


def _loaded(point: EntryPoint) -> Adapter[Any]:
    try:
        adapter = point.load()
    except Exception as error:
        raise unloadable("adapter", point, error) from error
    if not isinstance(adapter, Adapter) or adapter.name != point.name:
        raise ConfigError(f'The package behind "{point.name}" does not offer an adapter.')
    return adapter


def unloadable(kind: str, point: EntryPoint, error: Exception) -> ConfigError:
    """Return the sentence for what an entry point of a ``kind`` lacks, and how to get it."""
    package = point.dist
    if not isinstance(error, ImportError):
        upgrade = "" if package is None else f": try to upgrade {package.name}"
        return ConfigError(
            f'The {kind} "{point.name}" could not be loaded ({type(error).__name__}). It may have'
            f" been made for another version of syncd{upgrade}."
        )
    missing = error.name or str(error)
    said = f'The {kind} "{point.name}" needs the library "{missing}", which is not installed.'
    extras = () if package is None else package.metadata.get_all("Provides-Extra") or ()
    if package is not None and point.name in extras:
        said += f" Install it with: pip install '{package.name}[{point.name}]'"
    return ConfigError(said)
