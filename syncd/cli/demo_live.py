"""The live part of the demo: the clock of made-up people moved on, while the daemon's tick runs."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Event
from typing import TYPE_CHECKING

from syncd.cli.invocation import say
from syncd.cli.screens.paper import Paper
from syncd.walks.phrases import DAY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.service.demo import Player, Stage

STEP = timedelta(minutes=10)
EVERY_S = 0.25
"""Real time between two steps of their clock."""
SYNCS_END_S = 10.0


@dataclass
class Teller:
    """Says what is new about somebody's days, each sentence once."""

    stage: Stage
    paper: Paper
    told: dict[tuple[str, date], str] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for player in self.stage.players:
            self.asked[player.name] = player.requests
            self.told.update({(player.name, day): why for day, why in self._days(player)})

    def news(self) -> Iterator[str]:
        """Yield a line or two for each sentence that was not said before."""
        for player in self.stage.players:
            for day, reason in self._days(player):
                if self.told.get((player.name, day)) != reason:
                    self.told[player.name, day] = reason
                    yield from self._lines(player, day, reason)

    def _days(self, player: Player) -> list[tuple[date, str]]:
        """Return yesterday's, today's and nearby sentences."""
        from syncd.store import derived

        today = self.stage.clock.at.astimezone(player.zone).date()
        with self.stage.store.read() as cx:
            rows = derived.iter_days(
                cx, [player.person_id], first=today - timedelta(days=3), last=today
            )
            return [(row.day.day, row.day.reason) for row in rows]

    def _lines(self, player: Player, day: date, reason: str) -> list[str]:
        local = self.stage.clock.at.astimezone(player.zone)
        of_day = "today" if day == local.date() else f"{DAY_NAMES[day.weekday()]} {day.day}"
        sent = player.requests - self.asked[player.name]
        self.asked[player.name] = player.requests
        clock = f"{DAY_NAMES[local.weekday()]} {local:%H:%M}"
        head = f" {clock}  {player.name:<7} {sent:>5}  {of_day:<6}  "
        return self.paper.wrap(reason, first=head, indent=len(head))


def go_on(stage: Stage, paper: Paper) -> None:
    """Let their days go on, ten minutes four times a second, until Ctrl-C or the lives end."""
    from syncd.service.demo import AHEAD
    from syncd.service.dispatch import Dispatcher
    from syncd.service.refreshing import refresh
    from syncd.service.syncing import Wish

    say(
        [
            "",
            "Now their days go on: ten minutes pass four times a second. Ctrl-C ends it.",
            paper.ink(" clock      who     asked  day     what syncd says now", "grey"),
        ]
    )
    sys.stdout.flush()
    _make_due(stage)
    teller, pause = Teller(stage, paper), Event()
    dispatcher = Dispatcher(stage.engine, threads=len(stage.players), wish=Wish(slices_most=0))
    end = stage.clock.at + timedelta(days=AHEAD - 2)
    try:
        while stage.clock.at < end:
            dispatcher.tick()
            pause.wait(EVERY_S)
            if not dispatcher.running:  # time stands still while somebody is being asked
                refresh(stage.store, clock=stage.clock)  # what time alone has moved on
                say(teller.news())
                sys.stdout.flush()
                stage.clock.at += STEP
    finally:
        dispatcher.stop(SYNCS_END_S)


def _make_due(stage: Stage) -> None:
    from syncd.store import due

    with stage.store.write() as tx:
        for player in stage.players:
            for worn in player.trackers:
                due.scheduled(tx, worn.account_id, stage.clock.at)
