"""How each field that is worked out is worked out: short, for the codebook.

What the words mean, and the sources of the rules: docs/explanation/walking-rules.md. Knobs of the
target are named as ``syncd target show`` names them, with their defaults.
"""

from __future__ import annotations

from syncd.export.fields import Kind

FORMULAS: dict[Kind, dict[str, str]] = {
    "walks": {
        "steps": "the device's own total, else the sum over the walk's minutes or samples",
        "distance_m": "the device's own total, else the way along its samples; not inferred",
        "moving_time_s": "recorded: time that moves at 0.5 m/s or more, without pauses and gaps"
        " over five minutes;"
        " inferred: 60 x minutes of session_cadence (60) steps or more; by bucket none",
        "pace_s_per_km": "1000 / speed_mps",
        "speed_mps": "distance_m / moving_time_s",
        "cadence_spm": "60 x steps / moving_time_s; inferred: mean steps of its walking minutes",
        "elevation_gain_m": "sum of the rises between turning points of the height (zig-zag);"
        " what turns by less than the noise of the sensor is none",
        "elevation_loss_m": "as elevation_gain_m, of the falls",
        "grade_max": "rise / run over at least 50 m (83 m by an unnamed sensor, 167 m by gnss), the"
        " steepest inside a confirmed climb",
        "brisk_min": "count of the walk's minutes that are brisk (brisk_by of minutes); by bucket"
        " an estimate, as brisk_min of days",
        "uphill_min": "count of the walk's minutes of uphill_min_grade (3 %) or more in a confirmed"
        " climb",
        "downhill_min": "as uphill_min, of confirmed descents",
    },
    "days": {
        "length_h": "minutes whose local date is the day / 60",
        "outcome": "the first line that fits decides, on floor(brisk_min + edge_min), bouted_min"
        " or, in a graded plan, minutes in walks (count_mode) against target_min, the bounds and"
        " the time seen",
        "flagged": "state is judged or final, mark is empty, outcome is missed or likely_missed",
        "close_call": "judged again with cadence_min less 5 and plus 5, outcome would differ",
        "brisk_min": "count of minutes with cadence_min (100) steps or more, of those brisk by"
        " speed or by climb in a recording, and of those entered by hand; where resolution is"
        " coarser than a minute the buckets add the mean share that is brisk at their cadence;"
        " with height_adjust cadence_min is 113 - (height_cm - 152) / 2, from 90 to 113",
        "edge_min": "per stretch of 10 or more brisk minutes: min(1, steps of its two neighbours /"
        " cadence_min); summed",
        "brisk_min_low": "brisk minutes that are certain: a bucket of n minutes and S steps adds"
        " ceil((S - n x (cadence_min - 1)) / (220 - (cadence_min - 1))), from 0 to n",
        "brisk_min_high": "brisk minutes that are possible within what was seen: a bucket of n"
        " minutes and S steps adds min(n, floor(S / cadence_min))",
        "bouted_min": "brisk minutes in stretches of bout_min (10) or more, gaps of at most"
        " bout_gap_max (2), brisk for bout_brisk_share (0.8) of them; empty where buckets leave"
        " it open",
        "walking_min": "count of minutes with session_cadence (60) steps or more, of those brisk"
        " by speed or climb, and of those walked by hand; an estimate where resolution is coarser"
        " than a minute",
        "steps": "sum over the merged minutes and buckets, one source speaks for each; the day's"
        " total where that is larger and all that is known",
        "seen_h": "waking minutes in which a source spoke / 60",
        "longest_unseen_min": "longest run of waking minutes in which no source spoke",
        "peak1_spm": "maximum of steps over the minutes; with min_seen_h (10) hours seen",
        "peak30_spm": "mean of the 30 highest minutes, not necessarily together; as peak1_spm",
    },
    "weeks": {
        "need": "max(1, most_days (5) - flare - excused)",
        "unknown": "7 - met - likely_met - missed - likely_missed - flare - excused - days to come",
        "brisk_min": "sum of brisk_min over the days that have one",
        "walking_min": "sum of walking_min over the days that have one",
        "outcome": "need against met and likely_met, and against what the days that nobody can"
        " tell may add; not_judged with 4 or more flare and excused days",
    },
    "minutes": {
        "minute_local": "minute_utc + utc_offset_min",
        "day": "the date of minute_local",
        "steps": "the value of the one source that speaks: a recording, else the first by rank"
        " that saw the minute; over interval_s where that is more than 60",
        "brisk_by": "cadence: steps >= cadence_min (100); speed: 4.8 to 8 km/h in a recording, with"
        " 60 steps or more where steps are known; uphill: in a confirmed climb by barometer"
        " or terrain model, as hard as 4.8 km/h on the level",
    },
}
"""By kind and name of the field; a field that is not here is told by a device or a person."""
