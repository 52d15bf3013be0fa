"""The calendar of verdicts: a month in weeks, the days that need a sentence, this week, bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from syncd.cli.screens.paper import WIDEST, Paper, clip
from syncd.cli.screens.verdict import colour, needs_sentence, short_date, sign, word
from syncd.cli.screens.weeks import bars, tight_standing
from syncd.walks.counted import Counting, number_words
from syncd.walks.model import CountMode, Day
from syncd.walks.phrases import DAY_NAMES, MONTHS
from syncd.walks.week import Week, iso_week_of, judge_week, mondays, seven
from syncd.walks.week_sentences import week_outlook, week_words

CELL = 9
TIGHT_CELL = 8
TIGHT_WITH_WEEKS = 66
"""From here on a tight table has room for what a week has, in few characters."""
TITLE_WIDTH = 75
SENTENCE_WIDTH = 74
SENTENCES = 5
WHY_AT = 48
"""Column of the legend's way out, where the words on the number leave room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The promise in force, for the title of a calendar."""

    target_min: int = 30
    most_days: int = 5
    mode: CountMode = CountMode.MINUTES

    def __str__(self) -> str:
        """Return "30 brisk minutes a day, 5 days of 7"."""
        if self.mode is CountMode.WALKING:
            return f"plan: {self.target_min} minutes in walks on {self.most_days} days of 7"
        where = " in bouts" if self.mode is CountMode.BOUTS else ""
        return f"{self.target_min} brisk minutes a day{where}, {self.most_days} days of 7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a calendar shows. ``days`` holds whole ISO weeks, so also days of other months.

    ``goals`` are the days that a week needs, by its Monday, where they are not the rule's;
    ``counting`` tells what each day was judged on.
    """

    year: int
    month: int
    person: str
    zone: str
    rule: Rule
    days: Mapping[date, Day]
    today: date
    note: str = ""
    goals: Mapping[date, int] = field(default_factory=dict)
    counting: Counting = field(default_factory=Counting)

    def weeks(self) -> list[tuple[date, Week]]:
        """Return (Monday, week) of each week of the month that has a day, oldest first."""
        return [
            (
                monday,
                judge_week(held, self.goals.get(monday, self.rule.most_days), today=self.today),
            )
            for monday in mondays(self.year, self.month)
            if (held := [self.days[day] for day in seven(monday) if day in self.days])
            and any(day.day.month == self.month for day in held)
        ]


def calendar(month: Month, paper: Paper) -> list[str]:
    """Return the whole screen as lines."""
    weeks = month.weeks()
    lines = [*_title(month, paper), ""]
    lines += _days(month, weeks, paper) if paper.narrow else _table(month, weeks, paper)
    lines += ["", *_legend(month, paper)]
    sentences = _sentences(month, weeks, paper)
    lines += ["", *sentences] if sentences else []
    lines += _below(month, [week for _, week in weeks], paper)
    return lines


def _title(month: Month, paper: Paper) -> list[str]:
    name = f"{MONTHS[month.month - 1]} {month.year}"
    parts = [name, clip(month.person, 40), str(month.rule)]
    for gap in ("    ", "  "):
        left = gap.join(parts)
        needed = len(left) + len(gap) + len(month.zone)
        if needed <= paper.width:
            line = left + month.zone.rjust(min(paper.width, max(TITLE_WIDTH, needed)) - len(left))
            return [paper.ink(line, "bold"), *_note(month, paper)]
    lines = paper.fill([*parts, month.zone], indent=0, gap="    ")
    return [*(paper.ink(line, "bold") for line in lines), *_note(month, paper)]


def _note(month: Month, paper: Paper) -> list[str]:
    return paper.wrap(month.note) if month.note else []


def _table(month: Month, weeks: Sequence[tuple[date, Week]], paper: Paper) -> list[str]:
    cell = CELL if paper.width == WIDEST else TIGHT_CELL
    with_weeks = paper.width >= TIGHT_WITH_WEEKS
    title = "days met" if cell == CELL else "days" if with_weeks else ""
    head = " wk " + "".join(name.ljust(cell) for name in DAY_NAMES) + title
    lines = [paper.ink(head.rstrip(), "grey")]
    for monday, week in weeks:
        cells = "".join(_cell(month, day, cell, paper) for day in seven(monday))
        has = week_words(week) if cell == CELL else tight_standing(week)
        lines.append(f" {week.iso_week:2d} {cells}{has if with_weeks else ''}".rstrip())
    return lines


def _cell(month: Month, at: date, width: int, paper: Paper) -> str:
    day = month.days.get(at)
    number = f"{at.day:2d}"
    if day is None:
        shown = number if at.month == month.month else "  "
        return paper.ink(shown, "grey") + " " * (width - 2)
    body = _verdict(month, day, paper)
    gap = " " * (width - 3 - len(body))
    number = paper.ink(number, None if at.month == month.month else "grey")
    return f"{number} {paper.ink(body, colour(day))}{gap}"


def _verdict(month: Month, day: Day, paper: Paper) -> str:
    """Return sign and minutes, four columns wide unless both need more."""
    minutes = month.counting.minutes(day)
    number = "" if minutes is None else str(minutes)
    shown = sign(day, paper.glyphs)
    return shown.rstrip().ljust(4 - len(number)) + number


def _days(month: Month, weeks: Sequence[tuple[date, Week]], paper: Paper) -> list[str]:
    """Return a line a day, for a narrow terminal."""
    lines: list[str] = []
    for monday, week in weeks:
        for at in seven(monday):
            day = month.days.get(at)
            if day is not None and at.month == month.month:
                body = f"{_verdict(month, day, paper):<5} {word(day)}"
                lines.append(f" {short_date(day)}  {paper.ink(body, colour(day))}")
        lines.append(paper.ink(f" week {week.iso_week}: {week_words(week)}", "grey"))
    return lines


def _legend(month: Month, paper: Paper) -> list[str]:
    g = paper.glyphs.signs
    signs = (
        f"{g.met} met",
        f"{g.missed} missed",
        f"{g.unknown} can't tell",
        f"{g.probably} probably",
        f"{g.flare} flare",
        f"{g.excused} excused",
        f"{g.out} not in",
    )
    number = number_words(month.counting.mode(day) for day in month.days)
    why = "why: syncd show day DATE"
    lines = paper.fill(signs)
    if paper.width < WIDEST or len(number) >= WHY_AT:
        lines += [f" {number}", f" {why}"]
    else:
        lines.append(f" {number.ljust(WHY_AT)}{why}")
    return [paper.ink(line, "grey") for line in lines]


def _sentences(month: Month, weeks: Sequence[tuple[date, Week]], paper: Paper) -> list[str]:
    shown = [month.days[day] for monday, _ in weeks for day in seven(monday) if day in month.days]
    asking = _runs([day for day in shown if needs_sentence(day)])
    lines: list[str] = []
    for since, day in asking[-SENTENCES:]:
        lines += _sentence(since, day, paper)
    return lines


def _runs(days: Iterable[Day]) -> list[tuple[Day, Day]]:
    """Return (first, last) of days in a row that say the same."""
    runs: list[tuple[Day, Day]] = []
    for day in days:
        if runs and _follows(runs[-1][1], day):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _follows(last: Day, day: Day) -> bool:
    return last.reason == day.reason and day.day - last.day == timedelta(days=1)


def _sentence(since: Day, day: Day, paper: Paper) -> list[str]:
    """Return the sentence of a day behind its date, hanging."""
    first = f" {short_date(day)}  "
    said = day.reason
    if since is not day:
        month = "" if since.day.month == day.day.month else f" {MONTHS[since.day.month - 1]}"
        said += f" The same since {DAY_NAMES[since.day.weekday()]} {since.day.day}{month}."
    return paper.wrap(said, first=first, indent=len(first), width=SENTENCE_WIDTH)


def _below(month: Month, weeks: Sequence[Week], paper: Paper) -> list[str]:
    running = iso_week_of(month.today)
    lines: list[str] = []
    for week in weeks:
        if (week.iso_year, week.iso_week) == running:
            lines += paper.wrap(week_outlook(week), first=" ", indent=1)
    chart = bars(weeks, running, paper)
    lines += [chart] if chart else []
    return ["", *lines] if lines else []
