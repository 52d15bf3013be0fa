"""The log of the process: events with fields, set up once, and nothing secret in any line.

Text for a terminal, a JSON object a line for machines. What a line says is scrubbed as the last
step before it is written, at every level and for every library, so that nothing can go around it.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from syncd.service.scrubbing import scrubbed, scrubbed_field

_OWN: Final = {"exc_info", "stack_info", "stacklevel", "extra"}
_TALKATIVE: Final = ("apscheduler", "httpx", "httpcore", "alembic", "procrastinate", "urllib3")


class EventLog(logging.LoggerAdapter[logging.Logger]):
    """A logger whose words are an event and whose keywords are its fields.

    ``log.info("window stored", account=name, days=3)``.
    """

    def process(
        self,
        msg: object,
        kwargs: MutableMapping[str, Any],
    ) -> tuple[object, MutableMapping[str, Any]]:
        """Turn keywords that logging does not know into fields."""
        fields = {name: value for name, value in kwargs.items() if name not in _OWN}
        own = {name: value for name, value in kwargs.items() if name in _OWN}
        return msg, {**own, "extra": {"fields": fields}}


def of(name: str) -> EventLog:
    """Return the log of a module."""
    return EventLog(logging.getLogger(name), {})


def set_up(stream: TextIO, *, verbose: bool = False) -> logging.Handler:
    """Send every log line of the process to ``stream``, instead of wherever they went before."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLines() if stream.isatty() else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    return handler


class JsonLines(logging.Formatter):
    """A JSON object a line: ``at``, ``level``, ``event``, ``log``, the fields, ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        said: dict[str, object] = {
            "at": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": scrubbed(record.getMessage()),
            "log": record.name,
        }
        said |= {name: value for name, value in _fields(record).items() if name not in said}
        error = _error(record)
        if error:
            said["error"] = error
        return json.dumps(said, ensure_ascii=False)


class TextLines(logging.Formatter):
    """A line a person reads: time, level where it matters, the event, the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, and below it where a bug came from."""
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        fields = "".join(f" {name}={_bare(value)}" for name, value in _fields(record).items())
        line = f"{_moment(record):%H:%M:%S} {level}{scrubbed(record.getMessage())}{fields}"
        error = _error(record)
        return f"{line}\n{error}" if error else line


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields: Mapping[str, object] = getattr(record, "fields", {})
    return {name: scrubbed_field(name, value) for name, value in fields.items()}


def _bare(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text


def _error(record: logging.LogRecord) -> str | None:
    if record.exc_info and record.exc_info[1] is not None:
        return scrubbed("".join(traceback.format_exception(record.exc_info[1])).rstrip())
    return None
