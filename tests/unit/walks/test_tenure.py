"""Who speaks when a person has moved from one account to another."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.minutes import from_values
from syncd.walks.model import UNSEEN, Bucket, SourceView
from syncd.walks.tenure import STANDS_IN, Edge, Tenure, in_tenure

FIRST = 29_000_000
DAY = date(2026, 3, 10)
MINUTES = st.lists(st.none() | st.integers(0, 230), min_size=1, max_size=60)
EDGES = st.none() | st.integers(FIRST - 70, FIRST + 130).map(lambda at: Edge(at, DAY))


def view(values, **more) -> SourceView:
    return SourceView(
        id=1, name="the watch", rank=20, whole_day=True, minutes=from_values(FIRST, values), **more
    )


@given(values=MINUTES, begins=EDGES, ends=EDGES)
def test_every_minute_is_said_once_inside_the_time_of_its_account_or_beside_it(
    values, begins, ends
):
    tenure = Tenure(begins, ends)
    whole = view(values)
    parts = list(in_tenure(whole, tenure))
    for i, value in enumerate(whole.minutes.steps):
        said = [
            (part.stands_in, part.minutes.steps[i])
            for part in parts
            if part.minutes.steps[i] != UNSEEN
        ]
        assert said == ([] if value == UNSEEN else [(not tenure.holds(FIRST + i), value)])
    assert sum(p.minutes.total() for p in parts) == whole.minutes.total()
    assert [p.rank for p in parts] == [20, 20 + STANDS_IN][: len(parts)]


def test_totals_and_buckets_follow_their_day_and_their_start():
    edge = Edge(FIRST + 30, DAY)
    buckets = (Bucket(60 * (FIRST + 15), 900, 100), Bucket(60 * (FIRST + 30), 900, 200))
    totals = {DAY - timedelta(days=1): 5000, DAY: 300}
    whole = view([1] * 60, buckets=buckets, totals=totals)
    old, stands_in = in_tenure(whole, Tenure(ends=edge))
    assert (old.buckets, stands_in.buckets) == (buckets[:1], buckets[1:])
    assert (old.totals, stands_in.totals) == ({DAY - timedelta(days=1): 5000}, {})
    assert old.waited_until == FIRST + 30
    new, before = in_tenure(whole, Tenure(begins=edge))
    assert (new.buckets, before.buckets) == (buckets[1:], buckets[:1])
    assert (new.totals, new.waited_until) == ({DAY: 300}, None)
