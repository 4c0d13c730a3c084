"""What the files tell of the past, as journal entries marked as history: no mail goes out because of them.

Each query spells the facts of one event class; a test holds them equal to what the class itself writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercart.connectors.staging.sql import text
from aftercart.kernel.journal.events import Event
from aftercart.kernel.journal.models import Entry
from aftercart.orders.events import (
    OrderCancelled,
    OrderChanged,
    OrderFulfilled,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
)
from aftercart.reviews.events import ReviewReceived
from aftercart.tracking.events import ParcelDelivered, ParcelSent

if TYPE_CHECKING:
    from aftercart.connectors.actions.orders import Writing

ZONED = "strftime({0}, '%Y-%m-%dT%H:%M:%S+00:00')"


def write_history(writing: Writing) -> None:
    """Tell the journal of the orders in ``b`` and all that belongs to them, oldest first."""
    parts = [*_placing(writing), *_paying(writing), *_sending(writing), *_telling()]
    selects = " UNION ALL ".join(
        f"SELECT {text(event.__name__)} AS name, {order} AS order_id, customer_id, {facts} AS facts, "
        f"{at} AS occurred_at, {key} AS key, {rank} AS rank FROM {rows}"
        for rank, (event, order, facts, at, key, rows) in enumerate(parts)
    )
    columns = {
        "name": "name",
        "subject": "'order:' || order_id",
        "customer_id": "customer_id",
        "channel_id": str(writing.channel.pk),
        "actor": writing.actor,
        "source": writing.actor,
        "is_history": "true",
        "facts": "facts::VARCHAR",
        "occurred_at": "occurred_at",
        "recorded_at": writing.now,
        "dedupe_key": "key",
    }
    writing.bulk.insert(Entry, columns, f"(SELECT * FROM ({selects}) ORDER BY occurred_at, order_id, rank)")


Part = tuple[type[Event], str, str, str, str, str]


def _facts(writing: Writing, **more: str) -> str:
    own = {"order_id": "order_id", "customer_id": "customer_id", "channel_id": str(writing.channel.pk)} | more
    return f"json_object({', '.join(f'{text(key)}, {value}' for key, value in own.items())})"


def _placing(writing: Writing) -> list[Part]:
    placed = _facts(writing, number="number", currency="currency", total_minor="total")
    cancelled = _facts(
        writing, number="number", reason="cancel_reason", is_full="fulfilment_state = 'unfulfilled'"
    )
    changed = _facts(writing, number="number", fields="['import']")
    return [
        (
            OrderPlaced,
            "order_id",
            placed,
            "placed_at",
            "'order-placed:' || order_id",
            "b WHERE NOT is_credit_note",
        ),
        (
            OrderCancelled,
            "order_id",
            cancelled,
            "cancelled_at",
            "'order-cancelled:' || order_id",
            "b WHERE is_cancelled",
        ),
        (
            OrderChanged,
            "order_id",
            changed,
            writing.now,
            "'order-changed:' || order_id || ':' || digest",
            "b WHERE NOT is_new",
        ),
    ]


def _paying(writing: Writing) -> list[Part]:
    paid = _facts(
        writing,
        number="number",
        currency="currency",
        amount_minor="amount_minor",
        method="method",
        is_full="running >= total",
    )
    refunded = _facts(
        writing,
        number="number",
        currency="currency",
        amount_minor="amount_minor",
        reason="left(reason, 200)",
        is_full="running >= paid",
    )
    return [
        (OrderPaid, "order_id", paid, "paid_at", "'order-paid:' || id", "bpayment WHERE NOT is_credit_note"),
        (OrderRefunded, "order_id", refunded, "refunded_at", "'order-refunded:' || id", "brefund"),
    ]


def _sending(writing: Writing) -> list[Part]:
    if not writing.stage.number("SELECT count(*) FROM bship"):
        return []
    lines = (
        "coalesce((SELECT list([bl.line_id, bl.fulfilled] ORDER BY bl.line_id) FROM bl WHERE bl.order_id = s.order_id "
        "AND bl.fulfilled > 0 AND s.position = 1), [])"
    )
    fulfilled = _facts(
        writing, number="number", fulfilment_id="id", lines=lines, is_full="fulfilment_state = 'fulfilled'"
    )
    sent = _facts(writing, parcel_id="parcel_id", carrier="carrier", tracking_number="tracking_number")
    zone = text(writing.stage.mapping.timezone or writing.channel.timezone)
    local = f"timezone({zone}, timezone('UTC', delivered_at))::DATE"
    arrived = _facts(
        writing,
        parcel_id="parcel_id",
        delivered_at=ZONED.format("delivered_at"),
        days_late=f"CASE WHEN promised_on IS NOT NULL THEN greatest(0, date_diff('day', promised_on, {local})) END",
    )
    return [
        (
            OrderFulfilled,
            "order_id",
            fulfilled,
            "shipped_at",
            "'order-fulfilled:' || id",
            "(SELECT * FROM bship) s",
        ),
        (ParcelSent, "order_id", sent, "shipped_at", "'parcel-sent:' || parcel_id", "bship WHERE is_parcel"),
        (
            ParcelDelivered,
            "order_id",
            arrived,
            "delivered_at",
            "'parcel-delivered:' || parcel_id || ':' || (scan_id + 1)",
            "bship WHERE is_parcel AND delivered_at IS NOT NULL",
        ),
    ]


def _telling() -> list[Part]:
    facts = "json_object('review_id', id, 'order_id', order_id, 'customer_id', customer_id, 'score', score)"
    return [(ReviewReceived, "order_id", facts, "written_at", "'review-received:' || id", "breview")]
