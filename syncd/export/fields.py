"""The one list of fields of machine output: names in order, with type, unit and meaning.

Screens with ``--json``, exports and the generated codebook all come from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from syncd.walks.model import Activity, Mark, Outcome, Resolution, State, Why
from syncd.walks.week import WeekOutcome

Kind = Literal["walks", "days", "weeks", "minutes"]
FieldType = Literal["text", "integer", "number", "boolean", "date", "time", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column; ``label`` names it for people, ``values`` lists all that it may hold.

    ``outside`` marks text that a person, a file or a vendor may have worded freely: in a
    spreadsheet it could be a formula.
    """

    name: str
    label: str
    type: FieldType
    meaning: str
    unit: str | None = None
    nullable: bool = False
    outside: bool = False
    values: tuple[str, ...] = ()


def _text(
    name: str,
    label: str,
    meaning: str,
    *,
    null: bool = False,
    outside: bool = False,
    values: tuple[str, ...] = (),
) -> Field:
    return Field(
        name=name,
        label=label,
        type="text",
        meaning=meaning,
        nullable=null,
        outside=outside,
        values=values,
    )


def _whole(name: str, label: str, unit: str | None, meaning: str, *, null: bool = True) -> Field:
    return Field(name=name, label=label, type="integer", meaning=meaning, unit=unit, nullable=null)


def _number(name: str, label: str, unit: str, meaning: str, *, null: bool = True) -> Field:
    return Field(name=name, label=label, type="number", meaning=meaning, unit=unit, nullable=null)


def _yes(name: str, label: str, meaning: str) -> Field:
    return Field(name=name, label=label, type="boolean", meaning=meaning)


def _time(name: str, label: str, meaning: str) -> Field:
    return Field(name=name, label=label, type="time", meaning=meaning)


PERSON = _text("person", "Person", "Who; in a cohort COHORT/Id.", outside=True)
REVISION = _whole(
    "revision", "Revision", None, "Grows by one each time what is published changes.", null=False
)
CHANGED_AT = _time("changed_at", "Changed at", "When this revision was written, in UTC.")

WALK_FIELDS: tuple[Field, ...] = (
    _text("id", "Id", "Stays the same when late data moves the edges of the walk."),
    PERSON,
    _time("start", "Start", "First moment, in the walker's local time with its offset."),
    _time("end", "End", "Moment after the last, in the walker's local time with its offset."),
    _text(
        "kind",
        "Kind",
        "Recorded on a device, inferred from steps a minute, or entered by hand.",
        values=("recorded", "inferred", "manual"),
    ),
    _text(
        "detected",
        "Detected by",
        "Who noticed it: a button was pressed, the device did, or syncd did.",
        values=("person", "device", "syncd"),
    ),
    _text(
        "activity",
        "Activity",
        "What it was, judged by movement.",
        values=tuple(Activity),
    ),
    _text("label", "Label", "The vendor's own word for it.", null=True, outside=True),
    _text(
        "precision",
        "Precision",
        "How exact the edges are.",
        values=("second", "minute", "bucket"),
    ),
    _whole("steps", "Steps", "steps", "Steps from start to end."),
    _number("distance_m", "Distance", "m", "Distance from start to end."),
    _number(
        "moving_time_s",
        "Moving time",
        "s",
        "Time at 0.5 m/s or faster, without pauses and gaps of more than five minutes.",
    ),
    _number("pace_s_per_km", "Pace", "s/km", "Moving time for a kilometre."),
    _number("speed_mps", "Speed", "m/s", "Distance by moving time."),
    _number("cadence_spm", "Cadence", "steps/min", "Steps by moving time."),
    _number(
        "elevation_gain_m",
        "Climb",
        "m",
        "Sum of climbs between confirmed turns; by gnss below 30 m it may all be noise.",
    ),
    _number(
        "elevation_loss_m",
        "Descent",
        "m",
        "Sum of descents between confirmed turns; by gnss below 30 m it may all be noise.",
    ),
    _text(
        "elevation_source",
        "Elevation from",
        "What measured the height; climbs of different sources do not compare.",
        null=True,
        values=("barometric", "gnss", "terrain"),
    ),
    _number("gain_device_m", "Climb by device", "m", "The device's own sum of climbs."),
    _number(
        "grade_max",
        "Steepest grade",
        "1",
        "Steepest 50 m of the climbs (83 m by an unnamed sensor, 167 m by gnss): 0.1 is 10 %.",
    ),
    _whole("brisk_min", "Brisk minutes", "min", "Brisk minutes in the walk.", null=False),
    _whole(
        "uphill_min",
        "Uphill minutes",
        "min",
        "Minutes of 3 % or more in confirmed climbs; empty where gnss cannot tell, or on wheels.",
    ),
    _whole(
        "downhill_min",
        "Downhill minutes",
        "min",
        "Minutes of 3 % or more in confirmed descents; empty where gnss cannot tell.",
    ),
    Field(
        name="sources",
        label="Sources",
        type="list",
        meaning="The sources it was put together from; joined by ; in CSV.",
        outside=True,
    ),
    REVISION,
    CHANGED_AT,
)

DAY_FIELDS: tuple[Field, ...] = (
    PERSON,
    Field(name="day", label="Day", type="date", meaning="The civil day where the wearer was."),
    _text(
        "tz", "Zone", "Time zone of the day's start, when one is known.", null=True, outside=True
    ),
    _whole("utc_offset_start_min", "Offset at start", "min", "Local time less UTC.", null=False),
    _whole("utc_offset_end_min", "Offset at end", "min", "Local time less UTC.", null=False),
    _number("length_h", "Length", "h", "24, but for clock changes and travel.", null=False),
    _text(
        "outcome",
        "Outcome",
        "How the day went; empty while it is open or waiting.",
        null=True,
        values=tuple(Outcome),
    ),
    _text("state", "State", "How settled the verdict is.", values=tuple(State)),
    _text("mark", "Mark", "A person's word on the day.", null=True, values=tuple(Mark)),
    _yes("flagged", "Flagged", "Missed or probably missed, settled, and not marked."),
    _yes("close_call", "Close call", "At 95 or 105 steps a minute it would have ended otherwise."),
    _text("why", "Why", "The cause of the outcome.", null=True, values=tuple(Why)),
    _text("reason", "Reason", "The verdict in a sentence.", outside=True),
    _whole(
        "brisk_min",
        "Brisk minutes",
        "min",
        "Plain count of brisk minutes; about, where steps are coarse.",
    ),
    _number("edge_min", "Edge minutes", "min", "Credit for walks that start inside a minute."),
    _whole("brisk_min_low", "At least", "min", "Certain lower bound of the brisk minutes."),
    _whole("brisk_min_high", "At most", "min", "Certain upper bound of the brisk minutes."),
    _whole("bouted_min", "Minutes in bouts", "min", "Brisk minutes in stretches of ten or more."),
    _whole(
        "target_min",
        "Target",
        "min",
        "Brisk minutes asked for on this day; in a graded plan, minutes in walks.",
        null=False,
    ),
    _whole("target_id", "Target id", None, "Which target was in force; 0 is the built-in one."),
    _whole(
        "walking_min",
        "Walking minutes",
        "min",
        "Minutes of 60 steps or more, brisk by speed, or by hand.",
    ),
    _whole("steps", "Steps", "steps", "Steps of the day, all sources merged."),
    _number("seen_h", "Seen", "h", "Waking hours in which a source spoke."),
    _whole("longest_unseen_min", "Longest gap", "min", "Longest waking stretch without a word."),
    _text(
        "resolution",
        "Resolution",
        "The coarsest thing the verdict rests on.",
        null=True,
        values=tuple(Resolution),
    ),
    _number("peak1_spm", "Peak cadence", "steps/min", "The best minute."),
    _number("peak30_spm", "Peak 30 cadence", "steps/min", "Mean of the 30 best minutes."),
    _whole("rules", "Rules", None, "Version of the walking rules it was judged by.", null=False),
    REVISION,
    CHANGED_AT,
)

WEEK_FIELDS: tuple[Field, ...] = (
    PERSON,
    _whole("iso_year", "ISO year", None, "The year that the ISO week belongs to.", null=False),
    _whole("iso_week", "ISO week", None, "1 to 53, Monday to Sunday.", null=False),
    _whole("need", "Needed", "days", "Days to meet, less those marked.", null=False),
    _whole("met", "Met", "days", "Days met.", null=False),
    _whole("likely_met", "Probably met", "days", "Days probably met.", null=False),
    _whole("missed", "Missed", "days", "Days missed.", null=False),
    _whole("likely_missed", "Probably missed", "days", "Days probably missed.", null=False),
    _whole("unknown", "Can't tell", "days", "Days that nobody can tell.", null=False),
    _whole("flare", "Flare", "days", "Flare days, not counted.", null=False),
    _whole("excused", "Excused", "days", "Excused days, not counted.", null=False),
    _whole("brisk_min", "Brisk minutes", "min", "Brisk minutes of all days."),
    _whole("walking_min", "Walking minutes", "min", "Walking minutes of all days."),
    _text("outcome", "Outcome", "How the week went.", values=get_args(WeekOutcome)),
)

MINUTE_FIELDS: tuple[Field, ...] = (
    PERSON,
    _time(
        "minute_utc",
        "Minute",
        "Start of the clock minute, or of the bucket where only that is known, in UTC.",
    ),
    _time("minute_local", "Local minute", "The same where the wearer was, with its offset."),
    _whole("utc_offset_min", "Offset", "min", "Local time less UTC.", null=False),
    Field(name="day", label="Day", type="date", meaning="The civil day the minute belongs to."),
    _whole("steps", "Steps", "steps", "Steps in the interval; empty where no source saw it."),
    _number("distance_m", "Distance", "m", "Metres in the minute, inside a recording."),
    _whole(
        "interval_s",
        "Interval",
        "s",
        "How long the interval is: 60, or more where steps came so.",
        null=False,
    ),
    _text("source", "Source", "The source that spoke.", null=True, outside=True),
    _text(
        "brisk_by",
        "Brisk by",
        "What made the minute brisk, the first that fits; empty when it is not.",
        null=True,
        values=("cadence", "speed", "uphill"),
    ),
    _text("walk_id", "Walk", "Id of the walk that holds the minute.", null=True),
)

FIELDS: dict[Kind, tuple[Field, ...]] = {
    "walks": WALK_FIELDS,
    "days": DAY_FIELDS,
    "weeks": WEEK_FIELDS,
    "minutes": MINUTE_FIELDS,
}
