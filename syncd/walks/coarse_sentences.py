"""What a sentence says of steps over more than a minute, and of a day's mere total."""

from __future__ import annotations

from syncd.walks.facts import DayFacts
from syncd.walks.model import CountMode
from syncd.walks.phrases import number_word, plural_s, steps_words


def in_walks(facts: DayFacts) -> str:
    """Return " in walks of 10 or more" where a day is judged on those."""
    bouts = facts.count_mode is CountMode.BOUTS
    return f" in walks of {facts.bout_min} or more" if bouts else ""


def noun(facts: DayFacts, count: int) -> str:
    """Return the noun of what is counted: "brisk minutes", in a plan "walking minutes"."""
    kind = "walking" if facts.count_mode is CountMode.WALKING else "brisk"
    return f"{kind} minute{plural_s(count)}"


def _counted(facts: DayFacts, count: int) -> str:
    return f"{count} {noun(facts, count)}"


def met_at_least(facts: DayFacts) -> str:
    """Return the sentence of a day that even the lower bound meets."""
    least = f"at least {_counted(facts, facts.least or 0)}{in_walks(facts)}"
    rests = "" if facts.minutes_suffice else f", from {epoch_words(facts)}"
    return f"Met: {least} (target {facts.target}){rests}."


def missed_at_most(facts: DayFacts) -> str:
    """Return the sentence of a day that even the upper bound misses."""
    most = f"at most {facts.most} of {_counted(facts, facts.target)}{in_walks(facts)}"
    return f"Missed: {most}, from {epoch_words(facts)}."


def fits_words(facts: DayFacts, minutes: int, start: str) -> str:
    """Return "15-minute steps fit one walk of about 35 minutes at 18:05"."""
    if facts.fits_walks > 1:
        walks = f"{number_word(facts.fits_walks)} walks of about {minutes} minutes together"
        return f"{epoch_words(facts)} fit {walks}"
    walk = f"one walk of about {minutes} minute{plural_s(minutes)} at {start}"
    return f"{epoch_words(facts)} fit {walk}"


def estimate_words(facts: DayFacts, judged: int) -> str:
    """Return "about 26 brisk minutes (15-33), from 15-minute steps".

    In bouts and in a plan nothing is likelier than anything else: only the range is said.
    """
    if facts.count_mode is not CountMode.MINUTES and facts.least is not None:
        most = _counted(facts, facts.most or 0)
        return f"{facts.least} to {most}{in_walks(facts)}, from {epoch_words(facts)}"
    about = judged if facts.estimate is None else facts.estimate
    narrow = facts.low is None or facts.high is None or facts.low == facts.high
    between = "" if narrow else f" ({facts.low}-{facts.high})"
    return f"about {_counted(facts, about)}{between}, from {epoch_words(facts)}"


def epoch_words(facts: DayFacts) -> str:
    """Return what the sentence of a day calls its buckets."""
    return bucket_words(facts.epoch_min)


def bucket_words(epoch_min: int | None) -> str:
    """Return "15-minute steps", or what mixed lengths are called."""
    return "coarse steps" if epoch_min is None else f"{epoch_min}-minute steps"


def by_total(facts: DayFacts, some: str, short: int, worn: str) -> str:
    """Return the sentence of a day whose total nobody saw; ``some`` are the recorded minutes."""
    steps, are = steps_words(facts.rest_steps or 0), "is" if short == 1 else "are"
    blind = f"; nothing shows how long {worn}"
    if facts.brisk is None and facts.total_holds:
        return f"Can't tell: {steps} could hold {_counted(facts, short)}; only the sum is known."
    if facts.brisk is None:
        return f"Can't tell: {steps} cannot hold {_counted(facts, short)}{blind}."
    rest = f"the day's other {steps} {'could' if facts.total_holds else 'cannot'} hold"
    end = "" if facts.total_holds else blind
    return f"Can't tell: {some} in recorded walks; {rest} the {short} that {are} short{end}."
