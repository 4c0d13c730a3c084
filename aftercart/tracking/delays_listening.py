"""What parcels' stories set off: delays end, and the next promises learn."""

from __future__ import annotations

from aftercart.kernel.journal.listening import Recorded, on
from aftercart.tracking.actions.delaying import resolve_delays
from aftercart.tracking.events import (
    ParcelCancelled,
    ParcelDelivered,
    ParcelEvent,
    ParcelScanned,
    ParcelSent,
)
from aftercart.tracking.models import Delay, Parcel
from aftercart.tracking.transits import record_ways


@on(ParcelDelivered, ParcelScanned, ParcelCancelled, name="tracking.end_delays")
def end_delays(recorded: Recorded[ParcelEvent]) -> None:
    """A parcel that moved, came or ended is not delayed any more."""
    if Delay.objects.filter(parcel_id=recorded.event.parcel_id, resolved_at__isnull=True).exists():
        resolve_delays(parcel_id=recorded.event.parcel_id, actor="system")


@on(ParcelSent, ParcelDelivered, name="tracking.teach_delivery")
def teach_delivery(recorded: Recorded[ParcelEvent]) -> None:
    """How long it took teaches the next promise; a parcel just sent counts as under way."""
    record_ways(Parcel.objects.filter(pk=recorded.event.parcel_id))
