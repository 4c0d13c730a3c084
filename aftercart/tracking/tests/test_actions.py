from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import cancel_order, fulfil_order
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_channel
from aftercart.tracking.actions import record_scan, register_parcel

pytestmark = pytest.mark.django_db
LAST_WEEK = clock.now() - timedelta(days=7)


def test_two_parcels_of_one_order_and_a_third_too_many() -> None:
    order = make_order()
    apron, spoons = order.lines.all()
    sent = fulfil_order(
        order_id=order.pk, key="f", actor="staff:1", quantities_by_line={apron.pk: 1, spoons.pk: 1}
    )
    first = register_parcel(order_id=order.pk, key="p1", actor="staff:1", fulfilment=sent, carrier="DHL")
    assert first.lines.count() == 2
    register_parcel(order_id=order.pk, key="p2", actor="staff:1", quantities_by_line={spoons.pk: 1})
    with pytest.raises(Refused, match="More of"):
        register_parcel(order_id=order.pk, key="p3", actor="staff:1", quantities_by_line={spoons.pk: 1})


def test_scans_arrive_twice_and_out_of_order() -> None:
    order = make_order(placed_at=LAST_WEEK)
    parcel = register_parcel(order_id=order.pk, key="p", actor="staff:1", tracking_number="JD01")
    noon = order.placed_at + timedelta(days=2)
    for status, at in [("delivered", noon), ("in_transit", noon - timedelta(days=1)), ("delivered", noon)]:
        record_scan(parcel_id=parcel.pk, status=status, occurred_at=at, actor="system")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.delivered_at, parcel.scans.count()) == ("delivered", noon, 2)
    assert parcel.shipped_at == noon - timedelta(days=1)
    assert Entry.objects.filter(name="ParcelDelivered").count() == 1


def test_delivered_then_a_problem_is_shown_honestly() -> None:
    order = make_order(placed_at=LAST_WEEK)
    parcel = register_parcel(order_id=order.pk, key="p", actor="staff:1")
    noon = order.placed_at + timedelta(days=2)
    record_scan(parcel_id=parcel.pk, status="delivered", occurred_at=noon, actor="system")
    record_scan(
        parcel_id=parcel.pk, status="exception", occurred_at=noon + timedelta(hours=2), actor="system"
    )
    parcel.refresh_from_db()
    assert (parcel.status, parcel.delivered_at) == ("exception", None)


def test_an_unknown_status_is_refused_in_words() -> None:
    order = make_order(placed_at=LAST_WEEK)
    parcel = register_parcel(order_id=order.pk, key="p", actor="staff:1")
    with pytest.raises(Refused, match="use one of"):
        record_scan(parcel_id=parcel.pk, status="teleported", occurred_at=order.placed_at, actor="system")


def test_what_was_lost_may_be_sent_again_and_what_was_cancelled_may_not() -> None:
    order = make_order(placed_at=LAST_WEEK)
    apron, spoons = order.lines.all()
    lost = register_parcel(order_id=order.pk, key="p1", actor="staff:1", quantities_by_line={apron.pk: 1})
    record_scan(parcel_id=lost.pk, status="lost", occurred_at=order.placed_at, actor="system")
    register_parcel(order_id=order.pk, key="p2", actor="staff:1", quantities_by_line={apron.pk: 1})
    cancel_order(order_id=order.pk, reason="", actor="staff:1")
    with pytest.raises(Refused, match="More of"):
        register_parcel(order_id=order.pk, key="p3", actor="staff:1", quantities_by_line={spoons.pk: 1})


def test_lateness_goes_by_the_channels_calendar() -> None:
    channel = make_channel("tokyo", timezone="Asia/Tokyo")
    order = make_order(channel=channel, promised_on=date(2026, 3, 10))
    parcel = register_parcel(order_id=order.pk, key="p", actor="staff:1")
    after_midnight_in_tokyo = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    for at in (after_midnight_in_tokyo, after_midnight_in_tokyo.astimezone(ZoneInfo("Asia/Tokyo"))):
        record_scan(parcel_id=parcel.pk, status="delivered", occurred_at=at, actor="system")
    assert parcel.scans.count() == 1
    assert Entry.objects.get(name="ParcelDelivered").facts["days_late"] == 1
