"""A progress bar on a terminal, for what takes longer than a second; nothing anywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from syncd.cli.screens.paper import clip

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from syncd.contract import Stream, Window
    from syncd.service.views import ImportProgress

PATIENCE_S = 1.0


class Line:
    """Says on one line of standard error, which must be a terminal, what is being fetched."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.clear()

    def __call__(self, account: str, stream: Stream, window: Window) -> None:
        """Show which stream of which account is asked for, and from which day on."""
        if not self._terminal:
            return
        words = clip(f"{account}: {stream} from {window.start.date()}", 77)
        sys.stderr.write(f"\r{words.ljust(self._shown)}")
        sys.stderr.flush()
        self._shown = len(words)

    def clear(self) -> None:
        """Take the line away, so that something else can be said."""
        if self._shown:
            sys.stderr.write(f"\r{' ' * self._shown}\r")
            sys.stderr.flush()
            self._shown = 0


class Bar:
    """Takes progress reports and shows them on standard error, which must be a terminal."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._shown: Progress | None = None
        self._task: TaskID | None = None
        self._started = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown is not None:
            self._shown.stop()

    def __call__(self, at: ImportProgress) -> None:
        """Show where things stand, once a second has passed."""
        if not self._terminal or time.monotonic() - self._started < PATIENCE_S:
            return
        if self._shown is None:
            self._shown = self._start()
            self._task = self._shown.add_task("", total=None)
        if self._task is not None:
            words = f"{at.stage} {clip(at.name, 36)}"
            inside = f", {at.part:,} of {at.parts:,} inside" if at.parts else ""
            self._shown.update(
                self._task,
                description=words + inside,
                completed=at.files_done + (at.part / at.parts if at.parts else 0.0),
                total=at.files,
            )

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        console = Console(file=sys.stderr, no_color=not self._colour, width=78)
        shown = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            console=console,
            transient=True,
        )
        shown.start()
        return shown
