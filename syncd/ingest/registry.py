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
    except ImportError as error:
        missing = error.name or str(error)
        raise ConfigError(
            f'The adapter "{point.name}" needs the library "{missing}", which is not installed.'
            + _remedy(point)
        ) from error
    except Exception as error:
        raise ConfigError(
            f'The adapter "{point.name}" could not be loaded ({type(error).__name__}). It may have'
            f" been made for another version of syncd{_whose(point)}."
        ) from error
    if not isinstance(adapter, Adapter) or adapter.name != point.name:
        raise ConfigError(f'The package behind "{point.name}" does not offer an adapter.')
    return adapter


def _remedy(point: EntryPoint) -> str:
    """Return how to get what an adapter lacks: the extra of its name, where there is one."""
    package = point.dist
    if package is None or point.name not in (package.metadata.get_all("Provides-Extra") or ()):
        return ""
    return f" Install it with: pip install '{package.name}[{point.name}]'"


def _whose(point: EntryPoint) -> str:
    """Return which package an adapter is from, for a person who has to upgrade it."""
    return f": try to upgrade {point.dist.name}" if point.dist is not None else ""
