from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.tracking.models import Status
from aftercart.tracking.rules import PROGRESS, Told, days_late, newest

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
scans = st.builds(
    lambda status, hours: Told(status=status, occurred_at=NOON + timedelta(hours=hours)),
    st.sampled_from(PROGRESS),
    st.integers(0, 20),
)


def test_progress_ranks_every_status() -> None:
    assert set(PROGRESS) == set(Status.values)


@given(st.lists(scans, min_size=1).flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_the_order_of_arrival_does_not_matter(pair: tuple[list[Told], list[Told]]) -> None:
    told, shuffled = pair
    assert newest(told) == newest(shuffled)


@pytest.mark.parametrize(
    ("delivered", "late"),
    [(date(2026, 3, 9), 0), (date(2026, 3, 10), 0), (date(2026, 3, 12), 2), (None, 5)],
)
def test_days_late_counts_whole_days_past_the_promise(delivered: date | None, late: int) -> None:
    promise, today = date(2026, 3, 10), date(2026, 3, 15)
    assert days_late(promised_on=promise, delivered_on=delivered, today=today) == late


def test_no_promise_no_lateness() -> None:
    assert days_late(promised_on=None, delivered_on=None, today=date(2026, 3, 15)) is None
