from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.tracking.models import Status
from aftercart.tracking.rules import PROGRESS, Standing, Told, days_late, newest, standing

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


def at_noon(day: int, status: str, reason: str = "") -> Told:
    return Told(status=status, occurred_at=NOON + timedelta(days=day), key=f"{day}{status}", reason=reason)


def stand(*scans: Told, day: float = 3) -> Standing:
    return standing(scans, now=NOON + timedelta(days=day), start="info_received", started_at=NOON)


def test_a_label_printed_again_does_not_take_the_parcel_back() -> None:
    assert stand(at_noon(1, "in_transit"), at_noon(2, "info_received")).status == "in_transit"


def test_without_scans_the_start_holds() -> None:
    assert (stand().status, stand().since, stand().heard_at) == ("info_received", NOON, None)


def test_delivered_and_then_a_problem_is_a_problem_with_its_reason() -> None:
    seen = stand(at_noon(1, "delivered"), at_noon(2, "exception", reason="damaged"))
    assert (seen.status, seen.reason, seen.delivered_at) == ("exception", "damaged", None)


def test_a_problem_without_a_reason_has_another_reason() -> None:
    assert stand(at_noon(1, "exception")).reason == "other"


def test_delivered_twice_arrived_the_first_time_unless_something_lay_between() -> None:
    assert stand(at_noon(1, "delivered"), at_noon(2, "delivered")).delivered_at == NOON + timedelta(days=1)
    between = (at_noon(1, "delivered"), at_noon(2, "in_transit"), at_noon(3, "delivered"))
    assert stand(*between).delivered_at == NOON + timedelta(days=3)


def test_a_scan_dated_ahead_waits_until_its_day() -> None:
    scans = (at_noon(1, "in_transit"), at_noon(9, "delivered"))
    seen = stand(*scans)
    assert (seen.status, seen.due_at) == ("in_transit", NOON + timedelta(days=8))
    assert stand(*scans, day=8).status == "delivered"


def test_a_clock_a_few_hours_ahead_is_believed() -> None:
    assert stand(at_noon(3, "out_for_delivery"), day=2.5).status == "out_for_delivery"


def test_thirty_silent_days_are_no_news_and_news_ends_them() -> None:
    scans = [at_noon(1, "in_transit")]
    assert stand(*scans, day=30.9).status == "in_transit"
    silent = stand(*scans, day=31)
    assert (silent.status, silent.since, silent.decisive) == ("expired", NOON + timedelta(days=31), None)
    assert stand(*scans, at_noon(32, "in_transit"), day=33).status == "in_transit"
    assert stand(*scans, at_noon(2, "in_transit"), day=33).status == "expired"


@pytest.mark.parametrize("status", ["delivered", "returned_to_sender", "lost", "cancelled"])
def test_what_has_ended_does_not_expire(status: str) -> None:
    seen = stand(at_noon(1, status), day=300)
    assert (seen.status, seen.due_at) == (status, None)


def test_a_code_nobody_knows_is_a_sign_of_life_and_decides_nothing() -> None:
    scans = (at_noon(1, "in_transit"), Told(status="", occurred_at=NOON + timedelta(days=20), key="?"))
    seen = stand(*scans, day=40)
    assert (seen.status, seen.heard_at) == ("in_transit", NOON + timedelta(days=20))


any_scan = st.builds(
    lambda status, hours, reason: Told(
        status=status,
        occurred_at=NOON + timedelta(hours=hours),
        reason=reason if status == "exception" else "",
        key=f"{status}{hours}{reason}",
    ),
    st.sampled_from([*PROGRESS, ""]),
    st.integers(-900, 900),
    st.sampled_from(["damaged", "customs", ""]),
)
told = st.lists(any_scan, max_size=12)


@given(
    told.flatmap(lambda scans: st.tuples(st.just(scans), st.permutations(scans + scans[::2]))),
    st.integers(-9, 900),
)
def test_neither_order_nor_repetition_changes_the_standing(
    pair: tuple[list[Told], list[Told]], hours: int
) -> None:
    scans, again = pair
    now = NOON + timedelta(hours=hours)
    one, other = (standing(s, now=now, start="pending", started_at=NOON) for s in (scans, again))
    assert one == other


@given(told, st.integers(-900, 2000))
def test_the_standing_is_what_a_plain_reading_says(scans: list[Told], hours: int) -> None:
    now = NOON + timedelta(hours=hours)
    assert standing(scans, now=now, start="info_received", started_at=NOON).status == plainly(scans, now)


def plainly(scans: list[Told], now: datetime) -> str:
    """The same decision, written the long way: walk the believed scans from the oldest to the newest."""
    status, since, heard = "info_received", NOON, None
    for scan in sorted(scans, key=lambda s: (s.occurred_at, PROGRESS.index(s.status) if s.status else -1)):
        if scan.occurred_at - now > timedelta(days=1):
            continue
        heard = scan.occurred_at
        is_label = scan.status in {"pending", "info_received"}
        if scan.status and not (is_label and status not in {"pending", "info_received"}):
            status, since = scan.status, scan.occurred_at
    if status in {"pending", "expired", "delivered", "returned_to_sender", "lost", "cancelled"}:
        return status
    return "expired" if now - max(heard or NOON, since) >= timedelta(days=30) else status


@given(told)
def test_time_alone_changes_nothing_before_it_is_due(scans: list[Told]) -> None:
    seen = standing(scans, now=NOON, start="info_received", started_at=NOON)
    if seen.due_at:
        assert seen.due_at > NOON
        before = standing(
            scans, now=seen.due_at - timedelta(seconds=1), start="info_received", started_at=NOON
        )
        assert (before.status, before.since) == (seen.status, seen.since)
