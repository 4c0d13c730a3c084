"""Scans, however they come: what is written, what the journal hears, what the database refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.kernel import clock
from aftercart.kernel.journal.testing import published
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order
from aftercart.tracking.actions import (
    cancel_parcel,
    explain_code,
    forget_code,
    record_many,
    record_scan,
    record_scans,
    register_parcel,
    settle_due,
)
from aftercart.tracking.models import Parcel, Scan, Status
from aftercart.tracking.ports import HeardScan
from aftercart.tracking.rules import Told, standing

pytestmark = pytest.mark.django_db
NOW = clock.now().replace(microsecond=0)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def make_parcel(
    key: str = "p",
    order: Order | None = None,
    *,
    carrier: str = "",
    quantities_by_line: dict[int, int] | None = None,
) -> Parcel:
    order = order or make_order(placed_at=ago(40))
    return register_parcel(
        order_id=order.pk,
        key=key,
        actor="test",
        carrier=carrier,
        tracking_number="JD1",
        shipped_at=ago(5),
        quantities_by_line=quantities_by_line,
    )


def told(status: str, days_ago: float, **more: str) -> HeardScan:
    return HeardScan(status=status, occurred_at=ago(days_ago), **more)


def scan(parcel: Parcel, *scans: HeardScan, source: str = "test") -> Parcel:
    record_scans(parcel_id=parcel.pk, told=scans, actor="test", source=source)
    parcel.refresh_from_db()
    return parcel


heard = st.builds(
    lambda status, hours: HeardScan(status=status, occurred_at=NOW + timedelta(hours=hours)),
    st.sampled_from(Status.values),
    st.integers(-120, 60),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(heard, min_size=1, max_size=5).flatmap(
        lambda scans: st.tuples(st.just(scans), st.permutations(scans + scans[:2]), st.integers(1, 4))
    )
)
def test_however_scans_arrive_the_row_says_what_rules_say(
    case: tuple[list[HeardScan], Sequence[HeardScan], int],
) -> None:
    scans, arrival, piece = case
    order = make_order(placed_at=ago(40), number=f"N{Order.objects.count()}")
    parcel = make_parcel(f"p{order.pk}", order)
    for start in range(0, len(arrival), piece):
        scan(parcel, *arrival[start : start + piece])
    rows = [Told(status=s.status, occurred_at=s.occurred_at, key=str(s)) for s in scans]
    expected = standing(rows, now=clock.now(), start="info_received", started_at=ago(5))
    assert (parcel.status, parcel.delivered_at) == (expected.status, expected.delivered_at)
    assert parcel.scans.count() == len({(s.status, s.occurred_at) for s in scans})


def test_a_replay_is_heard_by_nobody() -> None:
    parcel = make_parcel()
    for _ in range(3):
        scan(parcel, told("in_transit", 2), told("out_for_delivery", 1))
    assert [fact["status"] for fact in published("ParcelStatusChanged")] == ["out_for_delivery"]
    assert len(published("ParcelScanned")) == 2


def test_a_late_old_scan_changes_and_tells_nothing() -> None:
    parcel = scan(make_parcel(), told("delivered", 1))
    scan(parcel, told("out_for_delivery", 1.2))
    assert parcel.status == "delivered"
    assert [fact["status"] for fact in published("ParcelStatusChanged")] == ["delivered"]


def test_the_change_says_what_listeners_need() -> None:
    parcel = scan(make_parcel(carrier="DHL"), told("exception", 1, reason="customs", place="Leipzig"))
    (fact,) = published("ParcelStatusChanged")
    assert (fact["before"], fact["reason"], fact["place"]) == ("info_received", "customs", "Leipzig")
    assert (fact["carrier"], fact["scan_id"]) == ("DHL", Scan.objects.get().pk)
    assert parcel.reason == "customs"


def test_a_scan_dated_ahead_is_kept_and_believed_on_its_day() -> None:
    parcel = scan(make_parcel(), told("in_transit", 1), told("delivered", -400))
    assert (parcel.status, parcel.scans.count()) == ("in_transit", 2)
    assert parcel.due_at is not None
    assert settle_due(now=NOW) == 0


def test_silence_expires_a_parcel_once_and_a_scan_brings_it_back() -> None:
    parcel = scan(make_parcel(order=make_order(placed_at=ago(90))), told("in_transit", 31))
    assert parcel.status == "expired"
    Parcel.objects.filter(pk=parcel.pk).update(status="in_transit", due_at=ago(1))
    assert settle_due(now=NOW) == 1
    assert settle_due(now=NOW) == 0
    parcel.refresh_from_db()
    assert (parcel.status, parcel.due_at) == ("expired", None)
    assert [fact["status"] for fact in published("ParcelStatusChanged")] == ["expired"]
    scan(parcel, told("in_transit", 0))
    assert parcel.status == "in_transit"


def test_an_order_is_delivered_once_when_everything_is_there() -> None:
    order = make_order(placed_at=ago(9))
    apron, spoons = order.lines.all()
    fulfil_order(order_id=order.pk, key="f", actor="test", quantities_by_line={apron.pk: 1})
    first = make_parcel("p1", order, quantities_by_line={apron.pk: 1})
    scan(first, told("delivered", 3))
    assert not published("OrderDelivered")
    fulfil_order(order_id=order.pk, key="g", actor="test")
    second = make_parcel("p2", order, quantities_by_line={spoons.pk: spoons.quantity})
    lost = make_parcel("p3", order, quantities_by_line={})
    scan(second, told("delivered", 2))
    assert not published("OrderDelivered")
    scan(lost, told("lost", 2))
    cancel_parcel(parcel_id=lost.pk, actor="staff:1", replaced_by_id=second.pk)
    (fact,) = published("OrderDelivered")
    assert fact["parcels"] == 2
    scan(second, told("exception", 1.5), told("delivered", 1))
    assert len(published("OrderDelivered")) == 1


def test_a_parcel_is_cancelled_once_frees_its_pieces_and_is_believed_when_it_moves() -> None:
    order = make_order(placed_at=ago(9))
    apron = order.lines.all()[0]
    parcel = make_parcel("p1", order, quantities_by_line={apron.pk: 1})
    for _ in range(2):
        cancel_parcel(parcel_id=parcel.pk, actor="staff:1", reason="Wrong box")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.look_at, len(published("ParcelCancelled"))) == ("cancelled", None, 1)
    make_parcel("p2", order, quantities_by_line={apron.pk: 1})
    scan(parcel, told("in_transit", -0.1))
    assert parcel.status == "in_transit"
    assert parcel.look_at is not None


def test_what_arrived_is_not_cancelled_and_a_stranger_does_not_replace() -> None:
    parcel = scan(make_parcel(), told("delivered", 1))
    with pytest.raises(Refused, match="arrived"):
        cancel_parcel(parcel_id=parcel.pk, actor="staff:1")
    other = make_parcel("q", make_order(number="B"))
    with pytest.raises(Refused, match="same order"):
        cancel_parcel(parcel_id=make_parcel("r").pk, actor="staff:1", replaced_by_id=other.pk)


def test_an_unknown_code_is_kept_raw_and_explained_for_the_past_too() -> None:
    parcel = scan(make_parcel(), told("in_transit", 2), told("", 1, raw_code="ZZ-9"), source="ups")
    assert parcel.status == "in_transit"
    assert list(Parcel.objects.to_be_mapped()) == [parcel]
    assert explain_code(source="ups", raw_code="ZZ-9", status="out_for_delivery", actor="staff:1") == 1
    parcel.refresh_from_db()
    assert parcel.status == "out_for_delivery"
    assert not Parcel.objects.to_be_mapped().exists()
    assert Scan.objects.get(raw_code="ZZ-9").status == ""
    forget_code(source="ups", raw_code="ZZ-9", actor="staff:1")
    parcel.refresh_from_db()
    assert parcel.status == "in_transit"


def test_a_code_learnt_later_is_still_the_same_scan() -> None:
    parcel = scan(make_parcel(), told("", 1, raw_code="OT"), source="ups")
    scan(parcel, told("out_for_delivery", 1, raw_code="OT"), source="ups")
    assert parcel.scans.count() == 1


def test_one_wrong_scan_of_many_records_none() -> None:
    parcel = make_parcel()
    with pytest.raises(Refused, match="not a reason"):
        scan(parcel, told("in_transit", 1), told("exception", 1, reason="aliens"))
    with pytest.raises(Parcel.DoesNotExist):
        record_many(told={parcel.pk: [told("in_transit", 1)], 10**9: [told("lost", 1)]}, actor="test")
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"status": "lost"}, {"occurred_at": ago(9)}, {"message": "Else"}, {"raw_code": "X"}, {"key": "k2"}],
)
def test_the_database_refuses_to_change_a_scan(change: dict[str, object]) -> None:
    scan(make_parcel(), told("in_transit", 1, message="Left", place="Ulm"))
    with pytest.raises((IntegrityError, Exception), match="append-only"), transaction.atomic():
        Scan.objects.update(**change)
    assert Scan.objects.filter(status="in_transit", message="Left", occurred_at=ago(1)).count() == 1


def test_what_leads_to_a_person_may_be_blanked() -> None:
    scan(make_parcel(), told("in_transit", 1, message="Left", place="Ulm"))
    assert Scan.objects.update(message="", place="") == 1


def test_many_scans_take_a_handful_of_statements(django_assert_max_num_queries: Any) -> None:
    order = make_order(placed_at=ago(9))
    parcels = [make_parcel(f"p{n}", order, quantities_by_line={}) for n in range(20)]
    many = {parcel.pk: [told("in_transit", day, place="Ulm") for day in (3, 2, 1)] for parcel in parcels}
    with django_assert_max_num_queries(10):
        assert len(record_many(told=many, actor="test").new) == 60


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_last_parcels_at_once_are_one_delivered_order() -> None:
    order = make_order(placed_at=ago(9))
    fulfil_order(order_id=order.pk, key="f", actor="test")
    parcels = [make_parcel(f"p{n}", order, quantities_by_line={}) for n in range(4)]
    start = Barrier(8)

    def deliver(parcel: Parcel) -> None:
        try:
            start.wait()
            record_scans(parcel_id=parcel.pk, told=[told("delivered", 1)], actor="test")
        finally:
            connections.close_all()

    threads = [Thread(target=deliver, args=(parcel,)) for parcel in parcels * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert connection.vendor == "postgresql"
    assert Scan.objects.count() == 4
    assert [fact["parcels"] for fact in published("OrderDelivered")] == [4]


def test_times_are_kept_in_one_zone() -> None:
    parcel = make_parcel()
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for moment in (at, at.astimezone(tz=None)):
        record_scan(parcel_id=parcel.pk, status="in_transit", occurred_at=moment, actor="test")
    assert parcel.scans.count() == 1
