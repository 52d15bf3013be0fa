"""From Fitbit to Google Health: the same person and watch behind both, and one calendar."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from syncd.contract import Retired
from syncd.ingest import registry
from syncd.service.demo import Visitor
from syncd.service.enrolling import Wanted
from syncd.service.handing_over import begin_move
from syncd.service.signing_in import sign_in
from syncd.service.syncing import Wish, sync_account
from syncd.store import accounts, due, open_store
from syncd.walks.model import Day, State
from syncd_google_health.simulator import GoogleHealth
from tests.adapters.fitbit.home import FitbitLoop, fitbit_loop
from tests.properties.test_whole_loop import found, wrong_days
from tests.properties.whole_loop import a_life

SEED, DAY = 500, timedelta(days=1)
GOOGLE = registry.find("google-health")
AFTERWARDS = 6
"""So many days the person goes on at Google Health."""


@contextmanager
def google_of(one: FitbitLoop) -> Iterator[GoogleHealth]:
    with GoogleHealth(one.cloud, one.clock) as vendor:
        vendor.quirks.zone = one.life.home
        yield vendor


def moves(one: FitbitLoop, vendor: GoogleHealth, folder: Path) -> FitbitLoop:
    """Move the account and sign in at Google; return the loop with the new account."""
    told = {"client_file": str(vendor.write_client_file(folder)), "base_url": vendor.base_url}
    wanted = Wanted(
        adapter=GOOGLE, name=None, person=None, settings=told, folder=folder, env={}
    )  # fmt: skip
    move = begin_move(one.store, one.account_id, wanted, clock=one.clock)
    sign_in(one.roads, move.new.id, GOOGLE, Visitor(), lock=one.lock, patience_s=30)
    return replace(one, account_id=move.new.id)


def essence(day: Day) -> tuple[object, ...]:
    return day.outcome, day.brisk_min, day.steps, day.walking_min


@pytest.mark.parametrize(
    "days", [pytest.param(20, id="20"), pytest.param(400, id="400", marks=pytest.mark.soak)]
)
def test_an_account_that_moves_loses_no_day_doubles_none_and_keeps_its_outcomes(
    tmp_path: Path, days: int
):
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    life = replace(a_life(0, days + AFTERWARDS, SEED), flights=())
    with fitbit_loop(store, tmp_path, life) as one, google_of(one) as vendor:
        one.clock.at = one.instant(days) + timedelta(hours=13)
        one.sync(Wish(since=one.instant(0) - DAY, slices_most=None))
        one.settles(timedelta(hours=9))
        before = {d: r for d, r in one.days().items() if r.state in {State.JUDGED, State.FINAL}}
        assert len(before) >= days - 1

        one.vendor.quirks.retired = True
        report = sync_account(one.engine, one.account_id, Wish(slices_most=0))
        assert isinstance(report.error, Retired)
        assert one.account().state == due.RETIRED

        new = moves(one, vendor, tmp_path)
        new.sync(Wish(slices_most=None))
        assert {d: essence(r) for d, r in new.days().items() if d in before} == {
            d: essence(r) for d, r in before.items()
        }
        end = one.instant(days + AFTERWARDS)
        while one.clock.at < end + DAY:
            one.settles(timedelta(hours=17))
            new.sync(Wish(slices_most=0))
        one.settles(4 * DAY)

        after, wrong, (recall, precision) = new.days(), wrong_days(new), found(new)
        flipped = [d for d, r in before.items() if essence(after[d]) != essence(r)]
        sys.stdout.write(
            f"{days} days moved: {len(after)} days, {len(wrong)} wrong, {len(flipped)} changed,"
            f" recall {recall[0]}/{recall[1]}, precision {precision[0]}/{precision[1]},"
            f" {len(one.waits)} waits\n"
        )
        assert flipped == []
        assert wrong == []
        assert len(after) == days + AFTERWARDS
        walks = sorted(new.walks(), key=lambda walk: walk.start)
        assert all(a.end <= b.start for a, b in pairwise(walks))
        assert recall[0] >= 0.95 * recall[1]
        with store.read() as cx:
            assert accounts.get(cx, one.account_id).state == due.RETIRED
    store.close()
