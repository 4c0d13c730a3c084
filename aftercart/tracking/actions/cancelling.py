"""Taking a parcel back, or sending another in its place."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.rules import Refused
from aftercart.tracking.actions.deriving import tell_if_all_arrived, where
from aftercart.tracking.actions.scanning import lock_parcels, record_scan
from aftercart.tracking.events import ParcelCancelled
from aftercart.tracking.models import Parcel, Status

UNCANCELLABLE = (Status.DELIVERED, Status.RETURNED_TO_SENDER)


@transaction.atomic
def cancel_parcel(
    *, parcel_id: int, actor: str, reason: str = "", replaced_by_id: int | None = None
) -> Parcel:
    """Say that a parcel will not come, and which one comes in its place; doing it again changes nothing.

    What a lost parcel holds may be sent again; a parcel that never left frees its pieces. A carrier that
    scans a cancelled parcel later is believed: it moves after all.

    Raises:
        Refused: when it has arrived or come back, or the other parcel is not one of the same order.
        Parcel.DoesNotExist: when there is no such parcel.
    """
    found = lock_parcels([parcel_id])
    if not found:
        raise Parcel.DoesNotExist(f"There is no parcel {parcel_id}.")
    parcel = found[0]
    if parcel.status == Status.CANCELLED and parcel.replaced_by_id == replaced_by_id:
        return parcel
    if parcel.status in UNCANCELLABLE:
        raise Refused("It has arrived already; a parcel that arrived cannot be cancelled.")
    _replace(parcel, replaced_by_id)
    if parcel.status not in (Status.LOST, Status.CANCELLED):
        key = f"cancelled:{clock.now().isoformat()}"
        record_scan(
            parcel_id=parcel.pk,
            status=Status.CANCELLED,
            occurred_at=max(clock.now(), parcel.heard_at or clock.now()),
            actor=actor,
            source="shop",
            message=reason,
            key=key,
        )
        parcel.refresh_from_db()
    event = ParcelCancelled(**where(parcel), reason=reason[:300], replaced_by_id=replaced_by_id)
    publish(
        event,
        actor=actor,
        dedupe_key=f"parcel-cancelled:{parcel.pk}:{replaced_by_id or ''}:{parcel.status_at}",
    )
    tell_if_all_arrived(parcel, actor)
    return parcel


def _replace(parcel: Parcel, replaced_by_id: int | None) -> None:
    if replaced_by_id is None:
        return
    others = Parcel.objects.filter(order_id=parcel.order_id, direction=parcel.direction)
    other = others.exclude(pk=parcel.pk).filter(pk=replaced_by_id).first()
    if other is None or other.replaced_by_id == parcel.pk:
        raise Refused("Only another parcel of the same order can come in its place.")
    parcel.replaced_by = other
    parcel.save(update_fields=["replaced_by"])
