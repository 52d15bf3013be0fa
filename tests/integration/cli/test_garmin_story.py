"""A person with a Garmin key at the command line: add, sign in, sync, read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syncd.sim.weeks import lately
from syncd_garmin.simulated.keys import KEY
from syncd_garmin.simulator import Garmin

NOW = datetime(2026, 3, 16, 10, 5, tzinfo=UTC)


def test_a_key_is_pasted_once_and_days_are_told_as_far_as_it_sees(cli):
    cloud = lately(5, "Europe/Berlin", NOW.date() + timedelta(days=1), 40)
    with Garmin(cloud, lambda: NOW) as vendor:
        assert cli("init", now=NOW).code == 0
        set_up = ("--set", f"base_url={vendor.base_url}", "--set", "spacing_s=0")
        added = " ".join(cli("account", "add", "garmin", *set_up, now=NOW).out.split())
        assert "a walk that nobody recorded cannot be seen" in added
        assert "Press Start on the watch when you walk, or add garmin-connect" in added
        assert added.endswith("Next: syncd account login garmin")
        wrong = cli("account", "login", "garmin", now=NOW, GARMIN_PERSONAL_API_KEY="no-key-of-it")
        assert wrong.code == 77
        assert "no-key-of-it" not in wrong.out + wrong.err
        login = cli("account", "login", "garmin", now=NOW, GARMIN_PERSONAL_API_KEY=KEY)
        assert login.code == 0
        assert KEY not in login.out + login.err
        assert cli("sync", now=NOW).code == 0
        days = " ".join(cli("days", "--from", "2026-02-08", now=NOW).out.split())
    assert "brisk minutes (target 30)" in days
    assert "steps cannot hold the 30 that are short" in days
    assert "only the sum is known" in days
    walks = cli("walks", "--from", "2026-02-08", now=NOW).out
    assert "recorded" in walks
