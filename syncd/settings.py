"""The settings file: what it may hold, where it is looked for, how it is checked.

The model is plain dataclasses, so that a command without any configuration pays nothing for it;
pydantic checks types as soon as a file or the environment says something. People, accounts and
targets live in the database, never here. The environment is passed in, never read at import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from syncd.daemon_settings import DaemonSettings, NotifySettings, about
from syncd.worker_settings import WorkerSettings

if TYPE_CHECKING:
    from pydantic import ValidationError

ETC = Path("/etc")
PREFIX = "SYNCD_"
DATABASE_FILE = "syncd.db"
URL_SHAPES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """Where walks, days and the archive are kept."""

    url: str | None = field(
        default=None,
        metadata=about(
            "The database: sqlite:////absolute/path/syncd.db on one machine, or\n"
            "postgresql://user@host/name. Without it: syncd.db in the state folder.",
            "sqlite:////var/lib/syncd/syncd.db",
        ),
    )

    def __post_init__(self) -> None:
        if self.url is not None and not self.url.startswith(URL_SHAPES):
            raise ValueError("url must start with sqlite:/// or postgresql://")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSettings:
    """The folder of everything that syncd writes."""

    folder: Path | None = field(
        default=None,
        metadata=about(
            "The folder that holds the database, readable by its owner only. Without it:\n"
            "the user's data folder (on Linux ~/.local/share/syncd).",
            "/var/lib/syncd",
        ),
    )

    def __post_init__(self) -> None:
        if self.folder is not None and not self.folder.is_absolute():
            raise ValueError("folder must be an absolute path, like /var/lib/syncd")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettings:
    """What holds for people who were not asked: those that an import creates."""

    zone: str | None = field(
        default=None,
        metadata=about(
            "The zone that names the days of people who set none (syncd person set).\n"
            "Without it: the zone of this machine.",
            "Europe/Paris",
        ),
    )

    def __post_init__(self) -> None:
        if self.zone is not None:
            check_zone(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLockSettings:
    """The key that seals what a sign-in leaves; never kept in the database or a backup."""

    file: Path | None = field(
        default=None,
        metadata=about(
            "The file that holds the store lock, readable by its owner only. systemd's\n"
            "credential store-lock and $SYNCD_STORE_LOCK come first. Without any:\n"
            "store-lock beside the user's settings (~/.config/syncd/store-lock).",
            "/etc/syncd/store-lock",
        ),
    )

    def __post_init__(self) -> None:
        if self.file is not None and not self.file.is_absolute():
            raise ValueError("file must be an absolute path, like /etc/syncd/store-lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, each with its default."""

    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    state: StateSettings = field(default_factory=StateSettings)
    person: PersonSettings = field(default_factory=PersonSettings)
    store_lock: StoreLockSettings = field(default_factory=StoreLockSettings)
    notify: NotifySettings = field(default_factory=NotifySettings)
    daemon: DaemonSettings = field(default_factory=DaemonSettings)
    worker: WorkerSettings = field(default_factory=WorkerSettings)

    @property
    def folder(self) -> Path:
        """Return the state folder in force; it may not exist yet."""
        return self.state.folder or _data_folder()

    @property
    def database_url(self) -> str:
        """Return the address of the database in force."""
        return self.database.url or f"sqlite:///{self.folder / DATABASE_FILE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Settings with where they came from; ``origin`` maps ``section.key`` to a file or variable."""

    settings: Settings
    file: Path | None
    origin: Mapping[str, str]


def load(explicit: Path | None, env: Mapping[str, str]) -> Loaded:
    """Return the settings in force: defaults, then the file, then the environment.

    Raises:
        ConfigError: the file cannot be read, or a key or value is wrong; names where.
    """
    file = find_file(explicit, env)
    said = _Said({}, {})
    if file is not None:
        for section, values in _read(file).items():
            said.section(section, str(file))
            if not isinstance(values, dict):
                raise _wrong(f"{file}: {section} must be a section, written [{section}].")
            for key, value in values.items():
                said.take(section, key, value, str(file))
    for variable, section, key, text in _from_environment(env):
        said.section(section, variable)
        said.take(section, key, text, variable)
    return Loaded(settings=_check(said), file=file, origin=said.origin)


def find_file(explicit: Path | None, env: Mapping[str, str]) -> Path | None:
    """Return the settings file to read, or ``None`` where there is none.

    ``--config`` and ``$SYNCD_CONFIG`` must name a file that exists; the other places may be empty.
    """
    asked = explicit or (Path(env["SYNCD_CONFIG"]) if env.get("SYNCD_CONFIG") else None)
    if asked is not None:
        if not asked.is_file():
            by = "--config" if explicit else "$SYNCD_CONFIG"
            raise _wrong(f"{asked}: {by} names this file, but it is not there.")
        return asked
    return next((path for path in search_path(env) if path.is_file()), None)


def search_path(env: Mapping[str, str]) -> tuple[Path, Path]:
    """Return where a settings file is looked for when none was named, first come first."""
    return _config_folder(env) / "syncd.toml", ETC / "syncd" / "syncd.toml"


def store_lock_file(settings: Settings, env: Mapping[str, str]) -> tuple[Path, bool]:
    """Return where the store lock's file belongs, and whether a setting says so."""
    named = settings.store_lock.file
    return (named, True) if named else (_config_folder(env) / "store-lock", False)


def _config_folder(env: Mapping[str, str]) -> Path:
    home = env.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path("~/.config").expanduser()) / "syncd"


def sections() -> Iterator[tuple[str, str, tuple[Field[Any], ...]]]:
    """Yield (name, what it is about, its settings) of each section, in the order of the file."""
    defaults = Settings()
    for section in fields(Settings):
        values = getattr(defaults, section.name)
        yield section.name, str(type(values).__doc__), fields(values)


def example_toml() -> str:
    """Return a settings file that says everything and sets nothing."""
    lines = [
        "# The settings of syncd. Nothing here is needed: take away the # of a line to set it.",
        "#",
        "# Looked for in this order: --config FILE, $SYNCD_CONFIG,",
        "# $XDG_CONFIG_HOME/syncd/syncd.toml (else ~/.config/syncd/syncd.toml),",
        "# /etc/syncd/syncd.toml. The environment says more than the file:",
        "# SYNCD_DATABASE__URL sets url in [database].",
    ]
    for name, what, settings in sections():
        lines += ["", f"# {what}", f"[{name}]"]
        for setting in settings:
            lines += [f"# {line}" for line in setting.metadata["description"].splitlines()]
            example = setting.metadata["example"]
            bare = example.isdecimal() or example in {"true", "false"} or example[0] == "{"
            lines.append(f"# {setting.name} = " + (example if bare else f'"{example}"'))
    return "\n".join(lines) + "\n"


def _data_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - start-up time

    return user_data_path("syncd", appauthor=False)


def _read(file: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - start-up time

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(f"{file}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise _wrong(f"{file}: is not UTF-8 text (byte {error.start}).") from error
    except tomllib.TOMLDecodeError as error:
        raise _wrong(f"{file}: is not valid TOML: {str(error).rstrip('.')}.") from error


def _from_environment(env: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (variable, section, key, text) for SYNCD_SECTION__KEY; empty means not set."""
    for variable in sorted(env):
        section, found, key = variable.removeprefix(PREFIX).partition("__")
        if variable.startswith(PREFIX) and found and env[variable] != "":
            yield variable, section.lower(), key.lower(), env[variable]


class _Said(NamedTuple):
    """What file and environment said, and where."""

    values: dict[str, dict[str, object]]
    origin: dict[str, str]

    def section(self, name: str, where: str) -> None:
        """Refuse a section that does not exist."""
        _known(name, [entry.name for entry in fields(Settings)], where, "section")

    def take(self, section: str, key: str, value: object, where: str) -> None:
        """Note a value; what was said later stands."""
        known = [entry.name for name, _, group in sections() if name == section for entry in group]
        _known(key, known, where, f"key in [{section}]")
        self.values.setdefault(section, {})[key] = value
        self.origin[f"{section}.{key}"] = where


def _known(name: str, known: list[str], where: str, what: str) -> None:
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    way_out = f"Did you mean {near[0]!r}?" if near else f"There is: {', '.join(known)}."
    raise _wrong(f"{where}: {name!r} is not a {what}. {way_out}")


def _check(said: _Said) -> Settings:
    if not said.values:
        return Settings()
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - start-up time

    try:
        return TypeAdapter(Settings).validate_python(said.values)
    except ValidationError as error:
        raise _wrong(_sentence(error, said.origin)) from error


def _sentence(error: ValidationError, origin: Mapping[str, str]) -> str:
    """Return one sentence for the first wrong value, and how many more there are."""
    first, *more = error.errors(include_url=False, include_input=False)
    place = ".".join(str(part) for part in first["loc"][:2])
    where = next(at for key, at in origin.items() if key == place or key.startswith(f"{place}."))
    message = first["msg"].removeprefix("Value error, ")
    if not message.endswith(("?", ".")):
        message += "."
    rest = f" ({len(more)} more)" if more else ""
    return f"{where}: {place}: {message}{rest}"


def _wrong(sentence: str) -> Exception:
    from syncd.contract.errors import ConfigError  # noqa: PLC0415 - start-up time

    return ConfigError(sentence)


class MachineZone(NamedTuple):
    """The zone of this machine and who said so."""

    name: str
    said_by: str


def is_zone(name: str) -> bool:
    """Return whether ``name`` is an IANA zone such as Europe/Paris."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def check_zone(name: str) -> str:
    """Return ``name`` if it is a zone; raise ``ValueError`` with near names otherwise."""
    if is_zone(name):
        return name
    near = near_zones(name)
    way_out = f"Did you mean {' or '.join(near)}?" if near else "Zones look like Europe/Paris."
    raise ValueError(f"{name!r} is not a time zone. {way_out}")


def near_zones(name: str, most: int = 1) -> list[str]:
    """Return zones that ``name`` may have meant: by spelling, else by the city alone."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    by_fold = {zone.casefold(): zone for zone in reversed(zones)}
    asked = name.strip().replace(" ", "_").casefold()
    near = get_close_matches(asked, by_fold, n=most, cutoff=0.8)
    if not near:
        cities = {fold.rpartition("/")[2]: fold for fold in by_fold}
        near = [cities[c] for c in get_close_matches(asked, cities, n=most, cutoff=0.8)]
    return [by_fold[fold] for fold in near]


def machine_zone(env: Mapping[str, str], etc: Path = ETC) -> MachineZone:
    """Return the zone of this machine: $TZ, /etc/localtime, /etc/timezone, else UTC."""
    from_tz = env.get("TZ", "").lstrip(":")
    if from_tz and is_zone(from_tz):
        return MachineZone(from_tz, "$TZ")
    linked = _linked_zone(etc / "localtime")
    if linked is not None:
        return MachineZone(linked, str(etc / "localtime"))
    written = _written_zone(etc / "timezone")
    if written is not None:
        return MachineZone(written, str(etc / "timezone"))
    return MachineZone("UTC", "nothing on this machine, so UTC")


def _linked_zone(link: Path) -> str | None:
    try:
        target = str(link.readlink())
    except OSError:
        return None
    _, found, name = target.partition("zoneinfo/")
    return name if found and is_zone(name) else None


def _written_zone(file: Path) -> str | None:
    try:
        name = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name and is_zone(name) else None
