"""The export's ears: which chunks an entry makes stale. It hears history too, since imports are orders."""

from __future__ import annotations

from collections.abc import Sequence

from aftercart.connectors.events import ImportUndone
from aftercart.insights.actions import mark_all_stale, mark_stale
from aftercart.insights.export.manifest import read_manifest
from aftercart.insights.export.tables import OF_AN_ORDER, chunk_of
from aftercart.kernel.journal.events import Event, registry
from aftercart.kernel.journal.listening import Recorded, on_batch

HEARD = tuple(
    f"aftercart.{app}."
    for app in ("claims", "customers", "guides", "helpdesk", "orders", "reviews", "tracking")
)
OWN_ROW = {"ticket_id": "questions", "claim_id": "claims", "outcome_id": "answers"}
EVENTS = [event for event in registry.values() if event.__module__.startswith(HEARD)]


@on_batch(
    *EVENTS,
    ImportUndone,
    name="insights.mark_changes",
    batch=5000,
    hears_history=True,
    from_start=True,
)
def mark_changes(batch: Sequence[Recorded[Event]]) -> None:
    """Mark what the entries touched; all, when an import took rows away of which no entry is left."""
    mark_stale(chunks={chunk for recorded in batch for chunk in touched(recorded.event)}, actor="system")
    if any(isinstance(recorded.event, ImportUndone) for recorded in batch):
        manifest = read_manifest()
        mark_all_stale(actor="system", exported=manifest.chunks() if manifest else ())


def touched(event: Event) -> set[tuple[str, int]]:
    """The (table, chunk) pairs an event makes stale."""
    if hasattr(event, "review_id"):
        return {("reviews", chunk_of(_id(event, "order_id")))}
    for name, table in OWN_ROW.items():
        if (key := _id(event, name)) is not None:
            return {(table, chunk_of(key))}
    found: set[tuple[str, int]] = set()
    if (order_id := _id(event, "order_id")) is not None:
        tables = ("parcels",) if hasattr(event, "parcel_id") else OF_AN_ORDER
        found |= {(table, chunk_of(order_id)) for table in tables}
    if (customer_id := _id(event, "customer_id")) is not None:
        found.add(("customers", chunk_of(customer_id)))
    return found


def _id(event: Event, name: str) -> int | None:
    value: int | None = getattr(event, name, None)
    return value
