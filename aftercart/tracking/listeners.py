"""What tracking does when something happens to parcels: facts that shoppers are to hear of are noted, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftercart.kernel.journal.listening import Recorded, on
from aftercart.messaging.actions import note
from aftercart.tracking.events import (
    ParcelDelayed,
    ParcelDelivered,
    ParcelEvent,
    ParcelScanned,
    ParcelSent,
    ParcelStatusChanged,
)
from aftercart.tracking.models import Parcel
from aftercart.tracking.news import TOPIC
from aftercart.tracking.news_rules import KIND_OF


@on(ParcelSent)
def note_sent(recorded: Recorded[ParcelSent]) -> None:
    """It left, or the carrier was told: shipped, as shoppers say."""
    _note(recorded, "parcel_sent", key=f"parcel-sent:{recorded.event.parcel_id}")


@on(ParcelScanned)
def note_scan(recorded: Recorded[ParcelScanned]) -> None:
    """A scan may have changed where it is."""
    _note_status(recorded)


@on(ParcelStatusChanged)
def note_status(recorded: Recorded[ParcelStatusChanged]) -> None:
    """Where it is has changed."""
    _note_status(recorded)


@on(ParcelDelivered)
def note_arrival(recorded: Recorded[ParcelDelivered]) -> None:
    """It arrived."""
    _note(recorded, "parcel_delivered", key=f"parcel-delivered:{recorded.event.parcel_id}")


@on(ParcelDelayed)
def note_delay(recorded: Recorded[ParcelDelayed]) -> None:
    """It is late or silent: the shopper hears before asking, once per cause."""
    event = recorded.event
    expected_by = event.expected_by.isoformat() if event.expected_by else ""
    key = f"parcel-delayed:{event.parcel_id}:{event.cause}"
    _note(recorded, "parcel_delayed", key=key, cause=event.cause, expected_by=expected_by)


def _note_status(recorded: Recorded[Any]) -> None:
    """Note the status the parcel has now; replays, and scans that decide nothing, note what is noted already.

    A failed attempt tomorrow is another fact than today's, so the day is part of the key.
    """
    parcel = Parcel.objects.filter(pk=recorded.event.parcel_id).first()
    kind = KIND_OF.get(parcel.status) if parcel else None
    if parcel is None or parcel.direction != "outbound" or kind is None or kind == "parcel_delivered":
        return
    key = f"parcel:{parcel.pk}:{parcel.status}:{parcel.status_at.date()}"
    _note(recorded, kind, key=key, status=parcel.status)


def _note(recorded: Recorded[Any], kind: str, *, key: str, **facts: Any) -> None:
    event: ParcelEvent = recorded.event
    known: Mapping[str, Any] = {"parcel_id": event.parcel_id, **facts}
    note(
        topic=TOPIC,
        about=event.subject,
        kind=kind,
        key=key,
        facts=known,
        happened_at=recorded.occurred_at,
    )
