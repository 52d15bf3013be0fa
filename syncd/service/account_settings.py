"""What an account's adapter is told: checked by the adapter's own model, secrets by reference.

A secret is never kept as it is: a setting that the adapter declares as one names where it lies,
``env:NAME``, ``file:PATH`` or ``credential:NAME`` (systemd), and is read when it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from syncd.contract import Adapter, ConfigError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

LARGEST_SECRET: Final = 16 * 1024
REFERENCE: Final = re.compile(r"(env|file|credential):(.+)", re.DOTALL)
WAYS: Final = "Write where it lies: env:NAME, file:/PATH or credential:NAME."
_SECRET_NAME: Final = re.compile(r"secret|passw|token|api_?key|private_?key", re.IGNORECASE)
_SECRET_LOOK: Final = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_\-+=~]{24,}")


def checked(
    adapter: Adapter[Any], account: str, said: Mapping[str, Any], env: Mapping[str, str]
) -> BaseModel:
    """Return the settings as the adapter wants them; raise ``ConfigError`` naming the key."""
    from pydantic import ValidationError  # noqa: PLC0415 - start-up time

    resolved = {
        key: _revealed(account, key, value, env) if _is_secret(adapter, key) else value
        for key, value in said.items()
    }
    try:
        model: BaseModel = adapter.settings.model_validate(resolved)
    except ValidationError as error:
        raise ConfigError(_sentence(adapter, account, error)) from None
    return model


def kept(
    adapter: Adapter[Any], account: str, said: Mapping[str, Any], *, folder: Path
) -> dict[str, Any]:
    """Return settings as they are kept: paths from ``folder`` on made whole, no secret in them.

    Raises ``ConfigError`` for a value that is, or looks like, a secret.
    """
    found: dict[str, Any] = {}
    for key, value in said.items():
        refuse_secret(adapter, account, key, value)
        if _is_path(adapter, key) and isinstance(value, str):
            value = str(folder / Path(value).expanduser())  # noqa: PLW2901 - the same, whole
        found[key] = value
    return found


def refuse_secret(adapter: Adapter[Any], account: str, key: str, value: object) -> None:
    """Raise ``ConfigError`` for a secret that is written out; its value is not repeated."""
    if not isinstance(value, str) or REFERENCE.fullmatch(value):
        return
    plain = _is_path(adapter, key) or "/" in value or value == ""
    named = _SECRET_NAME.search(key) and not key.endswith("_file")
    looks = _SECRET_LOOK.fullmatch(value) is not None
    if _is_secret(adapter, key) or (not plain and (named or looks)):
        raise ConfigError(f"{account}: {key} holds a secret, which is not kept here. {WAYS}")


def _revealed(account: str, key: str, value: object, env: Mapping[str, str]) -> object:
    """Return what a reference leads to."""
    found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ConfigError(f"{account}: {key} is a secret. {WAYS}")
    kind, place = found[1], found[2]
    if kind == "env":
        if not env.get(place):
            raise ConfigError(f"{account}: {key} is to be read from ${place}, which is not set.")
        return env[place]
    if kind == "credential":
        folder = env.get("CREDENTIALS_DIRECTORY")
        if not folder or Path(place).name != place:
            raise ConfigError(f"{account}: {key} names the credential {place}: there is none here.")
        return _read(account, key, Path(folder) / place)
    return _read(account, key, Path(place).expanduser())


def _read(account: str, key: str, file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_SECRET).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise ConfigError(f"{account}: {key}: {file} cannot be read: {why}.") from None


def _is_secret(adapter: Adapter[Any], key: str) -> bool:
    from pydantic import SecretBytes, SecretStr  # noqa: PLC0415 - start-up time

    return bool({SecretStr, SecretBytes} & _kinds(adapter, key))


def _is_path(adapter: Adapter[Any], key: str) -> bool:
    return Path in _kinds(adapter, key)


def _kinds(adapter: Adapter[Any], key: str) -> set[Any]:
    """Return what a setting may be, ``X | None`` taken apart."""
    held = adapter.settings.model_fields.get(key)
    return {held.annotation, *get_args(held.annotation)} if held is not None else set()


def _sentence(adapter: Adapter[Any], account: str, error: ValidationError) -> str:
    """Return a sentence for the first thing that is wrong, and how many more there are."""
    first, *more = error.errors(include_url=False, include_input=False, include_context=False)
    key = ".".join(str(part) for part in first["loc"]) or "settings"
    fields = adapter.settings.model_fields
    what = fields[key].description if key in fields else None
    match first["type"]:
        case "missing":
            words = f"{key} is missing" + (f" ({what})" if what else "")
            words += f". Say it with --set {key}=VALUE."
        case "extra_forbidden":
            words = f'there is no setting "{key}". There is: {", ".join(fields) or "none"}.'
        case _:
            words = f"{key}: {first['msg'].removeprefix('Value error, ').rstrip('.')}."
    rest = f" ({len(more)} more)" if more else ""
    return f"{account}: {words}{rest}"
