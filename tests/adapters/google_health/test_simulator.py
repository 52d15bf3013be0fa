"""The simulator is true to the protocol, quirk by quirk (the vendor sheet's own list)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from syncd.contract import Forbidden, Stream
from syncd.sim.oauth import Rules
from syncd_google_health import adapter
from syncd_google_health.scopes import ACTIVITY, LOCATION, SCOPES
from tests.adapters.google_health.vendor import window

DAY = 'steps.interval.start_time >= "2026-03-12T00:00:00Z" AND '
DAY += 'steps.interval.start_time < "2026-03-13T00:00:00Z"'
ROLL_DAY = {"start": {"date": {"year": 2026, "month": 3, "day": 10}},
            "end": {"date": {"year": 2026, "month": 3, "day": 13}}}  # fmt: skip


class Google:
    def __init__(self, account: Any) -> None:
        self.vendor, self.account = account.vendor, account
        self.client = httpx.Client(base_url=account.vendor.base_url, timeout=60)
        self.token = account.token()

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.request(method, f"/users/me/{path}", headers=headers, **options)

    def get(self, path: str, **params: str) -> httpx.Response:
        return self._ask("GET", path, params=params)

    def post(self, path: str, said: object) -> httpx.Response:
        return self._ask("POST", path, json=said)


@pytest.fixture
def google(account):
    one = Google(account)
    with one.client:
        yield one


def reason(answer: httpx.Response) -> tuple[int, str]:
    details = answer.json()["error"].get("details", [{}])
    return answer.status_code, details[0].get("reason", "")


def test_1_newest_first_numbers_as_text_zeros_left_out_and_nothing_is_an_empty_object(google):
    points = google.get("dataTypes/steps/dataPoints:reconcile", filter=DAY).json()["dataPoints"]
    starts = [p["steps"]["interval"]["startTime"] for p in points]
    assert starts == sorted(starts, reverse=True)
    counts = [p["steps"].get("count") for p in points]
    assert None in counts
    assert "0" not in counts
    assert all(isinstance(c, str) for c in counts if c is not None)
    midnight = points[-1]["steps"]["interval"]["civilStartTime"]
    assert midnight["time"] == {"hours": 1}  # 00:00 UTC; minutes and seconds are zero
    future = DAY.replace("2026", "2031")
    assert google.get("dataTypes/steps/dataPoints:reconcile", filter=future).json() == {}


def test_2_exercises_come_25_a_page_and_more_than_10000_points_are_cut_silently(google):
    google.account.clock.at = google.account.clock.at.replace(month=5, day=4)
    google.token = google.account.token(refused=google.token)  # time has passed
    page = google.get("dataTypes/exercise/dataPoints", pageSize="100").json()
    assert len(page["dataPoints"]) == 25
    assert page["nextPageToken"]
    rest = google.get(
        "dataTypes/exercise/dataPoints", pageSize="100", pageToken=page["nextPageToken"]
    ).json()
    assert rest["dataPoints"]
    assert "nextPageToken" not in rest
    many = google.get("dataTypes/steps/dataPoints:reconcile", pageSize="50000").json()
    assert len(many["dataPoints"]) == 10_000


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("exercise", 'exercise.interval.start_time >= "2026-03-12T00:00:00Z"', "DATA_TYPE_MEMBER"),
        ("exercise", 'exercise.interval.end_time >= "2026-03-12T00:00:00Z"', "DATA_TYPE_MEMBER"),
        ("steps", 'distance.interval.start_time >= "2026-03-12T00:00:00Z"', "DATA_TYPE_MEMBER"),
        ("steps", 'steps.interval.start_time <= "2026-03-12T00:00:00Z"', "RESTRICTION_COMPARATOR"),
        ("steps", 'steps.interval.start_time = "2026-03-12T00:00:00Z"', "RESTRICTION_COMPARATOR"),
        ("steps", "steps since Monday", "SYNTAX"),
        ("steps", 'steps.interval.civil_start_time >= "2026-03-12T00:00:00Z"', "DATE_TIME_FORMAT"),
        ("steps", DAY.replace("13T", "12T"), "INVALID_TIME_RANGE"),
    ],
)
def test_3_v6_filters_are_those_of_the_type(google, kind, text, expected):
    status, why = reason(google.get(f"dataTypes/{kind}/dataPoints", filter=text))
    assert status == 400
    assert why.endswith(expected)


def test_3_civil_filters_are_the_wearers_clock(google):
    text = 'steps.interval.civil_start_time >= "2026-03-12" AND '
    text += 'steps.interval.civil_start_time < "2026-03-12T01:00:00"'
    points = google.get("dataTypes/steps/dataPoints:reconcile", filter=text).json()["dataPoints"]
    assert points[-1]["steps"]["interval"]["startTime"] == "2026-03-11T23:00:00Z"


def test_4_list_tells_every_source_twice_over_and_reconcile_none(google):
    def total(points: list[Any]) -> int:
        return sum(int(p["steps"].get("count", "0")) for p in points)

    listed = google.get("dataTypes/steps/dataPoints", filter=DAY, pageSize="10000").json()
    merged = google.get("dataTypes/steps/dataPoints:reconcile", filter=DAY, pageSize="10000").json()
    sources = {p["dataSource"]["platform"] for p in listed["dataPoints"]}
    forms = {p["dataSource"].get("device", {}).get("formFactor") for p in listed["dataPoints"]}
    assert sources == {"FITBIT", "HEALTH_CONNECT"}
    assert forms >= {"WATCH", "PHONE"}
    assert total(listed["dataPoints"]) > 1.5 * total(merged["dataPoints"])
    assert not any("dataSource" in p or "name" in p for p in merged["dataPoints"])
    watch = [p["steps"]["interval"] for p in listed["dataPoints"]
             if p["dataSource"].get("device", {}).get("formFactor") == "WATCH"]  # fmt: skip
    starts = [i["startTime"] for i in watch]
    assert len(starts) > len(set(starts))  # a sync cut a minute: the same source overlaps itself
    family = "users/me/dataSourceFamilies/self-sources"
    path = "dataTypes/steps/dataPoints"
    assert google.get(path, filter=DAY, dataSourceFamily=family).json() == {}
    odd = google.get(path, filter=DAY, dataSourceFamily="users/me/dataSourceFamilies/odd")
    assert reason(odd) == (400, "INVALID_DATA_POINT_DATA_SOURCE_FAMILY")


def test_5_actions_and_spans_are_limited_and_the_metadata_says_how(google):
    floors = google.get("dataTypes/floors/dataPoints")
    assert reason(floors) == (400, "UNSUPPORTED_DATA_TYPE_ACTION")
    allowed = floors.json()["error"]["details"][0]["metadata"]["allowed_actions"]
    assert allowed == "reconcile, rollup, dailyRollup"
    assert reason(google.get("dataTypes/dance/dataPoints"))[0] == 400
    for kind, most in (("steps", "90"), ("total-calories", "14")):
        far = {"date": {"year": 2026, "month": 9, "day": 1}}
        said = {"range": ROLL_DAY | {"end": far}, "windowSizeDays": 1}
        answer = google.post(f"dataTypes/{kind}/dataPoints:dailyRollUp", said)
        assert reason(answer) == (400, "INVALID_ROLLUP_QUERY_DURATION")
        assert answer.json()["error"]["details"][0]["metadata"]["maxDurationDays"] == most
    said = {"range": ROLL_DAY, "windowSizeDays": 1, "pageSize": 2}
    assert google.post("dataTypes/steps/dataPoints:dailyRollUp", said).status_code == 400
    flat = {"range": {"start": {"year": 2026, "month": 3, "day": 1}}, "windowSizeDays": 1}
    assert google.post("dataTypes/steps/dataPoints:dailyRollUp", flat).status_code == 400
    octal = google._ask("POST", "dataTypes/steps/dataPoints:dailyRollUp", content=b'{"day": 08}')
    assert octal.status_code == 400


def test_5_rollups_have_their_own_key_and_leave_out_windows_without_data(google):
    said = {"range": ROLL_DAY, "windowSizeDays": 1}
    days = google.post("dataTypes/floors/dataPoints:dailyRollUp", said).json()["rollupDataPoints"]
    assert [d["civilStartTime"]["date"]["day"] for d in days] == [12, 11, 10]
    span = {"startTime": "2026-03-12T08:00:00Z", "endTime": "2026-03-12T09:30:00Z"}
    said = {"range": span, "windowSize": "3600s"}
    hours = google.post("dataTypes/steps/dataPoints:rollUp", said).json()["rollupDataPoints"]
    assert [(h["startTime"][11:16], h["endTime"][11:16]) for h in hours] == [
        ("09:00", "09:30"),
        ("08:00", "09:00"),
    ]
    future = {"startTime": "2027-03-12T08:00:00Z", "endTime": "2027-03-12T09:30:00Z"}
    said = {"range": future, "windowSize": "3600s"}
    assert google.post("dataTypes/steps/dataPoints:rollUp", said).json() == {}


def test_8_sign_in_for_a_short_time_and_with_the_right_scopes_only(google):
    account, vendor = google.account, google.vendor
    assert google.get("identity").json()["healthUserId"]
    google.token = "nonsense"
    assert google.get("identity").status_code == 401
    google.token = vendor.sign_in.consent([ACTIVITY])[0]
    assert reason(google.get("settings")) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    google.token = vendor.sign_in.consent([*SCOPES, "https://www.googleapis.com/auth/fitness"])[0]
    assert reason(google.get("identity")) == (403, "DISALLOWED_OAUTH_SCOPES")
    google.token = vendor.sign_in.consent(SCOPES)[0]
    vendor.quirks.linked = False
    answer = google.get("settings")
    assert reason(answer) == (400, "ACCOUNT_NOT_LINKED")
    assert answer.json()["error"]["status"] == "FAILED_PRECONDITION"
    vendor.quirks.linked = True
    vendor.sign_in.rules = Rules(testing=True)
    account.clock.at = account.clock.at.replace(day=25)
    assert google.get("identity").status_code == 401


def test_8_a_person_signs_in_through_a_browser_with_what_the_adapter_says(account):
    auth = adapter.capabilities.auth
    client = adapter.client(adapter.settings(client_file=account.folder / "client.json"))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 50).digest()).rstrip(b"=").decode()
    who = {"client_id": client.client_id, "redirect_uri": "http://127.0.0.1:9/done"}
    params = who | {
        "response_type": "code", "scope": " ".join(auth.scopes), "state": "s",
        "code_challenge": challenge, "code_challenge_method": "S256", **auth.authorize_params,
    }  # fmt: skip
    account.vendor.sign_in.rules = Rules(testing=True, unticked=(LOCATION,))
    back = httpx.get(client.authorize_url, params=params)
    assert back.status_code == 302
    code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
    secret = {"client_secret": client.client_secret}
    form = who | secret | {"grant_type": "authorization_code", "code": code,
                           "code_verifier": "v" * 50}  # fmt: skip
    said = httpx.post(client.token_url, data=form).json()
    assert said["refresh_token_expires_in"] == 604_799
    assert "Publish app" in (auth.short_grant or "")
    account.tokens = [said["access_token"]]
    account.granted = frozenset(said["scope"].split())
    assert account.records(Stream.DEVICES, None)
    with pytest.raises(Forbidden, match="location"):
        account.fetched(Stream.ROUTES, window("2026-03-09", "2026-03-16"))
    form = {"grant_type": "refresh_token", "refresh_token": said["refresh_token"]}
    fresh = httpx.post(client.token_url, data=who | secret | form).json()
    assert fresh["expires_in"] == 3599
    assert "refresh_token" not in fresh


def test_10_routes_come_as_json_and_as_they_are_and_not_at_all(google):
    exercises = google.get("dataTypes/exercise/dataPoints").json()["dataPoints"]
    with_route = [e["exercise"]["exerciseMetadata"].get("hasGps", False) for e in exercises]
    assert True in with_route
    assert False in with_route
    ids = [e["name"].rpartition("/")[2] for e in exercises]
    one = f"dataTypes/exercise/dataPoints/{ids[with_route.index(True)]}:exportExerciseTcx"
    raw = google.get(one, alt="media")
    assert raw.text.startswith("<?xml")
    assert google.get(one).json() == {"tcxData": raw.text}
    none = f"dataTypes/exercise/dataPoints/{ids[with_route.index(False)]}:exportExerciseTcx"
    assert google.get(none, alt="media").status_code == 404
    assert google.get(f"dataTypes/exercise/dataPoints/{ids[0]}").json() == exercises[0]
    google.token = google.vendor.sign_in.consent([ACTIVITY])[0]
    assert google.get(one).status_code == 403
    google.token = google.vendor.sign_in.consent([ACTIVITY, LOCATION])[0]
    assert google.get(one).status_code == 200
