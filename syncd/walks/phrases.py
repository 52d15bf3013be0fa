"""Numbers, times and names as a person reads them; the same on every machine and locale."""

from __future__ import annotations

from datetime import date, datetime, time

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NAME_LONGEST = 24
_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def plural_s(count: int) -> str:
    """Return the ending of a noun counted ``count`` times."""
    return "" if count == 1 else "s"


def number_word(count: int) -> str:
    """Return "no", "one" ... "twelve", and figures beyond."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def steps_words(count: int) -> str:
    """Return "1 step", "2,400 steps"."""
    return f"{count:,} step{plural_s(count)}"


def counted(minutes: int) -> str:
    """Return "1 brisk minute", "34 brisk minutes"."""
    return f"{minutes} brisk minute{plural_s(minutes)}"


def whole_hours(hours: float) -> str:
    """Return hours rounded to a whole number, without calling a little none."""
    return str(round(hours)) if hours >= 1 or not hours else "less than 1"


def hours_words(hours: float) -> str:
    """Return hours with one decimal at most."""
    return f"{round(hours, 1):g}"


def clock_words(at: time | datetime) -> str:
    """Return "09:10"."""
    return f"{at.hour:02d}:{at.minute:02d}"


def moment_words(at: datetime, day: date | None) -> str:
    """Return "Tue 21:40"; a moment of another week with its date instead."""
    if day is None or abs((at.date() - day).days) < len(DAY_NAMES):
        return f"{DAY_NAMES[at.weekday()]} {clock_words(at)}"
    year = "" if at.year == day.year else f" {at.year}"
    return f"{at.day} {MONTHS[at.month - 1]}{year} {clock_words(at)}"


def one_line(text: str | None) -> str:
    """Return ``text`` on one line, without what a terminal would act upon."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


def shortened(text: str | None, longest: int, tail: str = "...") -> str:
    """Return ``text`` cut to ``longest`` columns, between words where that leaves half of it."""
    words = one_line(text)
    if len(words) <= longest:
        return words
    room = longest - len(tail)
    whole = words[: room + 1].rpartition(" ")[0]
    return (whole if len(whole) > room // 2 else words[:room]) + tail


def tracker_name(tracker: str | None) -> str:
    """Return a name that fits a sentence: "the watch"."""
    return shortened(tracker, NAME_LONGEST, tail="") or "the tracker"


def is_file(tracker: str | None) -> bool:
    """Return whether a tracker is really a file that was imported."""
    return (tracker or "").endswith(" file")
