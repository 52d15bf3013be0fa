"""The user service of systemd: the unit's text, and how it comes and goes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from syncd.contract import SyncdError

NAME: Final = "syncd.service"
_PASSED_ON: Final = ("XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""So that the service reads and writes the same files as the shell that installed it."""
_PATIENCE_S: Final = 60

_UNIT: Final = """\
[Unit]
Description=syncd: walk sessions and verdicts from fitness trackers

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
ExecReload=kill -HUP $MAINPID
{environment}Restart=on-failure
RestartSec=30s
RestartPreventExitStatus=78
TimeoutStopSec=15s
WatchdogSec=120s
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""


def unit_text(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the unit that runs ``command`` with ``environment`` at every log-in or start."""
    said = "".join(f"Environment={_quoted(f'{k}={v}')}\n" for k, v in environment.items())
    line = " ".join(map(_quoted, command)).replace("$", "$$")
    return _UNIT.format(command=line, environment=said)


def unit_file(env: Mapping[str, str]) -> Path:
    """Return where a user's own units are kept."""
    home = env.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path("~/.config").expanduser()) / "systemd" / "user" / NAME


def syncd_command(config: Path | None) -> list[str]:
    """Return how this installation is called, with the settings file that was asked for."""
    beside = Path(sys.executable).with_name("syncd")
    found = str(beside) if beside.is_file() else shutil.which("syncd")
    if found is None:
        raise SyncdError("The command syncd is not found here. Install it, then try again.")
    return [found, *(["--config", str(config.absolute())] if config else []), "run"]


def install(env: Mapping[str, str], config: Path | None) -> Path:
    """Write the unit, start it, and let it start by itself; return its file.

    Raises ``SyncdError`` where systemd does not do it; the file stays, to try again.
    """
    systemctl = _systemctl(env)
    file = unit_file(env)
    passed_on = {name: env[name] for name in _PASSED_ON if env.get(name)}
    text = unit_text(syncd_command(config), passed_on)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    _call([systemctl, "--user", "daemon-reload"], env)
    _call([systemctl, "--user", "enable", NAME], env)
    _call([systemctl, "--user", "restart", NAME], env)
    return file


def remove(env: Mapping[str, str]) -> Path | None:
    """Stop the service and remove its unit; ``None`` when there was none."""
    file = unit_file(env)
    if not file.exists():
        return None
    systemctl = _systemctl(env)
    _call([systemctl, "--user", "disable", "--now", NAME], env)
    file.unlink()
    _call([systemctl, "--user", "daemon-reload"], env)
    return file


def lingers(env: Mapping[str, str], user: str) -> bool | None:
    """Return whether a user's services run without a log-in; ``None`` where nobody says."""
    loginctl = shutil.which("loginctl", path=env.get("PATH"))
    if loginctl is None:
        return None
    asked = [loginctl, "show-user", user, "--property=Linger", "--value"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line
            asked, env=dict(env), capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())


def _systemctl(env: Mapping[str, str]) -> str:
    found = shutil.which("systemctl", path=env.get("PATH"))
    if found is None:
        raise SyncdError(
            "There is no systemd here (no systemctl). Let whatever starts programs on this"
            " machine start: syncd run"
        )
    return found


def _call(command: Sequence[str], env: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line
            command,
            env=dict(env),
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SyncdError(f"{command[0]} does not answer: {error}.") from error
    if done.returncode:
        said = " ".join(done.stderr.split())[:300] or f"exit code {done.returncode}"
        raise SyncdError(f"{' '.join(command[1:])}: systemd says: {said}")


def _quoted(word: str) -> str:
    """Return a word as systemd reads it back, whatever is in it (systemd.service(5))."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"' if any(c in plain for c in " \t\"\\'$;") else plain
