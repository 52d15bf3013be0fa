"""The vendors that can be run on this machine, found by entry points."""

from __future__ import annotations

from importlib.metadata import entry_points

from syncd.contract import ConfigError
from syncd.ingest.registry import unloadable
from syncd.sim.running import Simulator

GROUP = "syncd.simulators"


def names() -> tuple[str, ...]:
    """Return what ``find`` knows."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def find(name: str) -> Simulator:
    """Return the simulator called ``name``; raise ``ConfigError`` if there is none."""
    for point in entry_points(group=GROUP, name=name):
        try:
            found = point.load()
        except Exception as error:
            raise unloadable("simulator", point, error) from error
        if isinstance(found, Simulator):
            return found
        raise ConfigError(f'The package behind "{name}" does not offer a simulator.')
    known = ", ".join(names()) or "none is installed"
    raise ConfigError(f'There is no simulator called "{name}". Installed: {known}.')
