"""Write GPX and TCX files of the samples that a FIT file is written of, as exports do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import quoteattr

from syncd.sim.fit_writer import Sample

_GPX = "http://www.topografix.com/GPX/1/1"
_TPX = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"
_TCX = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
_AX = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"


def gpx(start: datetime, samples: Sequence[Sample], *, kind: str, creator: str) -> bytes:
    """Return a GPX 1.1 track of one segment, with the cadence of one leg as an extension."""
    points = "".join(
        f'<trkpt lat="{s.latitude:.7f}" lon="{s.longitude:.7f}">{_element("ele", s.altitude_m)}'
        f"<time>{_stamp(start, s.at_s)}</time><extensions><t:TrackPointExtension>"
        f"{_element('t:cad', s.cadence_per_leg)}</t:TrackPointExtension></extensions></trkpt>"
        for s in samples
        if s.latitude is not None and s.longitude is not None
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator={quoteattr(creator)}'
        f' xmlns="{_GPX}" xmlns:t="{_TPX}"><trk><type>{kind}</type><trkseg>{points}</trkseg></trk>'
        "</gpx>\n"
    ).encode()


def tcx(start: datetime, samples: Sequence[Sample], *, sport: str) -> bytes:
    """Return a TCX activity of one lap, with the cadence of a running sensor (one leg)."""
    points = "".join(
        f"<Trackpoint><Time>{_stamp(start, s.at_s)}</Time>"
        f"{_element('AltitudeMeters', s.altitude_m)}{_element('DistanceMeters', s.distance_m)}"
        f'<Extensions><TPX xmlns="{_AX}">{_element("RunCadence", s.cadence_per_leg)}</TPX>'
        "</Extensions></Trackpoint>"
        for s in samples
    )
    last = samples[-1]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase xmlns="{_TCX}">'
        f'<Activities><Activity Sport="{sport}"><Id>{_stamp(start, 0)}</Id>'
        f'<Lap StartTime="{_stamp(start, 0)}"><TotalTimeSeconds>{last.at_s}</TotalTimeSeconds>'
        f"{_element('DistanceMeters', last.distance_m)}<Track>{points}</Track></Lap>"
        "</Activity></Activities></TrainingCenterDatabase>\n"
    ).encode()


def _element(name: str, value: float | None) -> str:
    return "" if value is None else f"<{name}>{value}</{name}>"


def _stamp(start: datetime, second: int) -> str:
    return (start + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
