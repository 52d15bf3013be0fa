"""When things happen: one tick and the housekeeping, on APScheduler, watched on another clock.

APScheduler keeps wall-clock times, so a clock that is set back would put it to sleep for as long;
the supervisor counts real seconds and brings the tick back (house rule).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

TICK_S: Final = 2.0
HOUSEKEEPING_S: Final = 3600.0
MINUTE_S: Final = 60.0
_TICK, _HOUSE, _MINUTE = "tick", "housekeeping", "minutely"


class Schedule:
    """Calls ``tick`` every two seconds, ``minutely`` and ``housekeeping`` until it is closed.

    None of them runs twice at once; a run that was missed is made up for by one.
    """

    def __init__(
        self,
        tick: Callable[[], object],
        housekeeping: Callable[[], object],
        *,
        minutely: Callable[[], object] = lambda: None,
        tick_s: float = TICK_S,
        housekeeping_s: float = HOUSEKEEPING_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tick_s, self._monotonic = tick_s, monotonic
        self._tick = tick
        self._last_tick = monotonic()
        self._closed = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        now = datetime.now(UTC)  # the scheduler's own clock, whatever the engine's says
        every: dict[str, Any] = {"trigger": "interval", "next_run_time": now}
        self._scheduler.add_job(self._ticked, id=_TICK, seconds=tick_s, **every)
        for name, work, seconds in (
            (_HOUSE, housekeeping, housekeeping_s),
            (_MINUTE, minutely, MINUTE_S),
        ):
            self._scheduler.add_job(_done, args=(name, work), id=name, seconds=seconds, **every)
        self._supervisor = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        self._scheduler.start()
        self._supervisor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        self._scheduler.shutdown(wait=True)
        self._supervisor.join()

    @property
    def silent_s(self) -> float:
        """Return the real seconds since the last tick ended well."""
        return self._monotonic() - self._last_tick

    def _ticked(self) -> None:
        try:
            self._tick()
        except Exception:
            log.exception("tick failed")
        else:
            self._last_tick = self._monotonic()

    def _watch(self) -> None:
        while not self._closed.wait(self._tick_s):
            if self.silent_s > 2 * self._tick_s:
                log.warning("tick is late silent_s=%.0f", self.silent_s)
                self._wake()

    def _wake(self) -> None:
        for job in (_TICK, _HOUSE, _MINUTE):
            try:
                self._scheduler.modify_job(job, next_run_time=datetime.now(UTC))
            except JobLookupError:
                return  # closing


def _done(name: str, work: Callable[[], object]) -> None:
    """Do a piece of work; one that fails is said and tried again when it is due next."""
    try:
        work()
    except Exception:
        log.exception("%s failed", name)
