"""The log: events with fields, text or JSON, and nothing secret in any line at any level."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from syncd.service import logs
from syncd.service.scrubbing import scrubbed

TOKENS = (
    "ya29.a0AfH6SMBx-verysecret_1",
    "1//0gRefreshTokenOfGoogle",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.SflKxwRJSMeKKF2QT4",
    "GOCSPX-abcdefSecret",
    "hunter2secret",
    "q7GmXv0aT2LkP9zR4sYw8Bc3Nd6Ef1Hj5Ui0Oq7Za2X",
)
SECRETS = (
    'Authorization: "Bearer ' + TOKENS[0] + '"',
    "{'Authorization': 'Bearer " + TOKENS[4] + "'}",
    f"refresh_token={TOKENS[4]}&grant_type=refresh_token",
    '{"access_token": "' + TOKENS[4] + '", "expires_in": 3599}',
    f"password is {TOKENS[4]}",
    f"client_secret='{TOKENS[4]}'",
    f"GET https://vendor.example/cb?code={TOKENS[4]}&state={TOKENS[4]}",
    f"postgresql://syncd:{TOKENS[4]}@db.example/syncd",
    f"Set-Cookie: {TOKENS[4]}; Path=/",
    *(f"the vendor said {token} and left" for token in TOKENS if token != TOKENS[4]),
)
PLACES = (
    "lat=48.8566 lon=2.3522",
    '<trkpt lat="48.85661" lon="2.35222">',
    "<LatitudeDegrees>48.85661</LatitudeDegrees>",
    '{"latitude": 48.85661, "longitude": 2.35222}',
    "near 48.85661, 2.35222",
    "coordinates: [2.35222, 48.85661]",
)
MAIL = ("ann.walker+steps@mail.example.org", "vendor user ann@example.com signed in")
HUSHED = (*TOKENS, "48.85", "2.352", "ann.walker", "ann@")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before[0], before[1]
    logging.captureWarnings(capture=False)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("paper", [io.StringIO, Terminal], ids=["JSON", "text"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
def test_a12_nothing_secret_is_in_any_line_at_any_level(paper, level):
    stream = paper()
    logs.set_up(stream, verbose=True)
    log, plain = logs.of("syncd.test"), logging.getLogger("some.library")
    for words in (*SECRETS, *PLACES, *MAIL):
        log.log(level, words)
        log.log(level, "asked", url=words, why=words)
        plain.log(level, "library said %s", words)
        plain.log(level, "failed", exc_info=ValueError(words))
    log.log(level, "named", token=TOKENS[4], email="ann@example.com", lat=48.8566, store_lock="zz9")
    said = stream.getvalue()
    assert said.count("ValueError") >= len(SECRETS)
    assert [secret for secret in (*HUSHED, "zz9") if secret in said] == []


def test_what_is_harmless_stays_readable():
    for words in (
        "synced account=google-health pulls=12 days=3",
        "Waits until 2026-03-20 14:05 UTC. The vendor asks for patience.",
        "The database at /var/lib/syncd/syncd.db is damaged.",
        "tick is late silent_s=7",
        "state=needs_sign_in code=429 key=fit:1:2:3",
        "1,234.5678 steps",
    ):
        assert scrubbed(words) == words


def test_a_line_for_machines_holds_the_event_and_its_fields():
    stream = io.StringIO()
    logs.set_up(stream)
    log = logs.of("syncd.test")
    log.info("window stored", account="watch", days=3, well=True, why=None)
    log.debug("not said")
    said = json.loads(stream.getvalue())
    assert said.pop("at").endswith("+00:00")
    assert said == {
        "level": "info",
        "event": "window stored",
        "log": "syncd.test",
        "account": "watch",
        "days": 3,
        "well": True,
        "why": None,
    }


def test_a_line_for_a_person_is_short():
    stream = Terminal()
    logs.set_up(stream)
    logs.of("syncd.test").warning("in trouble", why="The disk is full")
    line = stream.getvalue()
    assert line.endswith('warning: in trouble why="The disk is full"\n')
    assert len(line) < 78
