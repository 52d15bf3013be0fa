"""Fixtures made of real answers hold nothing personal, and still mean the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from syncd.contract import ConfigError, RawPayload, Stream, Window
from syncd.testing.recorder import Scrubber, read, write

AT = datetime(2026, 3, 9, 17, tzinfo=UTC)
SAID = {
    "dataPoints": [
        {
            "name": "users/1112223334445556667/dataTypes/exercise/dataPoints/900",
            "dataSource": {"device": {"displayName": "Anna's watch", "macAddress": "AB:CD"}},
            "exercise": {
                "exerciseType": "WALKING",
                "notes": "with Tom, sore knee",
                "interval": {
                    "startTime": "2026-03-09T17:00:00Z",
                    "startUtcOffset": "3600s",
                    "civilStartTime": {"date": {"year": 2026, "month": 3, "day": 9}},
                },
                "metricsSummary": {"steps": "4100", "distanceMillimeters": 3210500.5},
                "start": {"latitude": 52.516275, "longitude": "13.377704"},
                "legacy": "123456789012",
            },
        }
    ]
}
PERSONAL = ("1112223334445556667", "Anna", "AB:CD", "Tom", "knee", "52.5", "13.37", "2026-03-09",
            "123456789012", "anna@example.invalid")  # fmt: skip


def payload(body: bytes) -> RawPayload:
    window = Window(AT - timedelta(days=1), AT + timedelta(days=1))
    facts = {"type": "exercise", "exercise": json.dumps({"notes": "Tom"})}
    return RawPayload("anna@example.invalid", Stream.WORKOUTS, window, 0, AT, "application/json",
                      body, facts, token="opaque")  # fmt: skip


def test_what_is_personal_goes_and_what_measures_stays(tmp_path):
    scrubber = Scrubber(timedelta(weeks=-53), words={"WALKING"})
    path = tmp_path / "exercises.jsonl"
    assert write(path, [payload(json.dumps(SAID).encode())], scrubber) == 1
    text = path.read_text()
    assert not [word for word in PERSONAL if word in text]
    [kept] = read(path)
    assert kept.stream is Stream.WORKOUTS
    assert kept.covers == Window(AT - timedelta(days=372), AT - timedelta(days=370))
    assert kept.fetched_at == AT - timedelta(days=371)
    said = json.loads(kept.body)["dataPoints"][0]["exercise"]
    assert said["exerciseType"] == "WALKING"
    assert said["metricsSummary"] == {"steps": "4100", "distanceMillimeters": 3210500.5}
    assert said["interval"]["startTime"] == "2025-03-03T17:00:00Z"
    assert said["interval"]["startUtcOffset"] == "3600s"
    assert said["interval"]["civilStartTime"]["date"] == {"year": 2025, "month": 3, "day": 3}
    assert said["start"]["latitude"] == 0


def test_one_name_becomes_one_other_name_everywhere():
    scrubber = Scrubber(timedelta(0))
    assert scrubber.text("Anna's watch", "name") == scrubber.text("Anna's watch", "displayName")
    assert scrubber.text("Anna's watch", "name") != scrubber.text("Tom's watch", "name")


def test_what_is_no_json_cannot_be_scrubbed_and_is_not_written(tmp_path):
    with pytest.raises(ConfigError, match="Only JSON"):
        write(tmp_path / "x", [payload(b"<html>")], Scrubber(timedelta(0)))
    assert not (tmp_path / "x").exists()


def test_a_scrubbed_answer_still_gives_the_same_minutes(tmp_path):
    from syncd_google_health.parse import parse

    at = int(AT.timestamp())
    interval = {"startTime": "2026-03-09T17:00:00Z", "endTime": "2026-03-09T17:01:00Z"}
    body = json.dumps({"dataPoints": [{"steps": {"interval": interval, "count": "87"}}]}).encode()
    window = Window(AT, AT + timedelta(hours=1))
    raw = RawPayload("me", Stream.STEPS, window, 0, AT, "application/json", body, {"type": "steps"})
    write(tmp_path / "x", [raw], Scrubber(timedelta(days=-7)))
    [kept] = read(tmp_path / "x")
    [series] = parse(kept)
    assert (series.start, series.value) == ((at - 7 * 86_400,), (87.0,))
