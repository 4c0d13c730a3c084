"""Which chunks an entry makes stale."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aftercart.claims.events import ClaimMade, ClaimSettled
from aftercart.customers.events import CustomerAdded
from aftercart.guides.events import GuideFailed, GuideHelped
from aftercart.helpdesk.events import TicketOpened
from aftercart.insights.export.tables import LOOSE, chunk_of
from aftercart.insights.listeners import EVENTS, touched
from aftercart.kernel.journal.events import Event
from aftercart.orders.events import OrderCancelled, OrderPlaced
from aftercart.reviews.events import ReviewReceived
from aftercart.tracking.events import ParcelDelivered

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLACED = OrderPlaced(
    order_id=120_000, customer_id=7, channel_id=1, number="N1", currency="EUR", total_minor=1
)
ARRIVED = ParcelDelivered(
    parcel_id=9, order_id=50_000, customer_id=None, channel_id=1, delivered_at=NOW, days_late=0
)
ABOUT = {"order_id": 60_000, "customer_id": 7, "channel_id": 1}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (PLACED, {("orders", 2), ("lines", 2), ("parcels", 2), ("reviews", 2), ("customers", 0)}),
        (ARRIVED, {("parcels", 1)}),
        (CustomerAdded(customer_id=50_001), {("customers", 1)}),
        (ReviewReceived(review_id=1, order_id=49_999, customer_id=3, score=5), {("reviews", 0)}),
        (ReviewReceived(review_id=1, order_id=None, customer_id=3, score=5), {("reviews", LOOSE)}),
        (TicketOpened(ticket_id=3, topic="where", via="portal", **ABOUT), {("questions", 0)}),
        (ClaimSettled(claim_id=50_000, number="N1", outcome="refund", **ABOUT), {("claims", 1)}),
        (GuideHelped(guide_id=4, outcome_id=5, **ABOUT), {("answers", 0)}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_event_touches(event: Event, expected: set[tuple[str, int]]) -> None:
    assert touched(event) == expected


def test_all_that_changes_exported_rows_is_heard() -> None:
    assert {OrderPlaced, OrderCancelled, ParcelDelivered, ReviewReceived, CustomerAdded} <= set(EVENTS)
    assert {TicketOpened, ClaimMade, ClaimSettled, GuideHelped, GuideFailed} <= set(EVENTS)


def test_chunks_have_a_place_for_what_has_no_order() -> None:
    assert [chunk_of(0), chunk_of(49_999), chunk_of(50_000), chunk_of(None)] == [0, 0, 1, LOOSE]
