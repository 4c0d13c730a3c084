"""The export's ears: which chunks an entry makes stale. It hears history too, since imports are orders."""

from __future__ import annotations

from collections.abc import Sequence

from aftercart.insights.actions import mark_stale
from aftercart.insights.export.tables import OF_AN_ORDER, chunk_of
from aftercart.kernel.journal.events import Event, registry
from aftercart.kernel.journal.listening import Recorded, on_batch

HEARD = ("aftercart.orders.", "aftercart.tracking.", "aftercart.reviews.", "aftercart.customers.")
EVENTS = [event for event in registry.values() if event.__module__.startswith(HEARD)]


@on_batch(*EVENTS, name="insights.mark_changes", batch=5000, hears_history=True, from_start=True)
def mark_changes(batch: Sequence[Recorded[Event]]) -> None:
    """Mark what the entries touched."""
    mark_stale(chunks={chunk for recorded in batch for chunk in touched(recorded.event)}, actor="system")


def touched(event: Event) -> set[tuple[str, int]]:
    """The (table, chunk) pairs an event makes stale."""
    found: set[tuple[str, int]] = set()
    if (review_id := _id(event, "review_id")) is not None:
        return {("reviews", chunk_of(review_id))}
    if (order_id := _id(event, "order_id")) is not None:
        tables = ("parcels",) if _id(event, "parcel_id") is not None else OF_AN_ORDER
        found |= {(table, chunk_of(order_id)) for table in tables}
    if (customer_id := _id(event, "customer_id")) is not None:
        found.add(("customers", chunk_of(customer_id)))
    return found


def _id(event: Event, name: str) -> int | None:
    value: int | None = getattr(event, name, None)
    return value
