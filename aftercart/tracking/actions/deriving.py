"""The status that follows from a parcel's scans, and who must hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import Happening, publish
from aftercart.orders.models import Line
from aftercart.tracking.events import OrderDelivered, ParcelDelivered, ParcelStatusChanged
from aftercart.tracking.models import FINAL, Direction, Parcel, Scan, Status
from aftercart.tracking.rules import Standing, Told, days_late, standing

FIELDS = ("status", "status_at", "reason", "heard_at", "shipped_at", "delivered_at", "due_at", "look_at")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A parcel whose status is another than before."""

    parcel: Parcel
    before: str
    standing: Standing

    def telling(self, actor: str) -> Happening:
        """The change as the journal hears it; once per status and deciding scan, ever."""
        parcel, decisive = self.parcel, self.standing.decisive
        scan_id = decisive.scan_id if decisive else None
        if scan_id is None:
            key = f"parcel-status:{parcel.pk}:{parcel.status}:{parcel.status_at:%Y%m%d%H%M%S}"
        else:
            key = f"parcel-status:{parcel.pk}:{parcel.status}:{scan_id}"
        event = ParcelStatusChanged(
            **where(parcel),
            status=parcel.status,
            before=self.before,
            reason=parcel.reason,
            place=decisive.place if decisive else "",
            carrier=parcel.carrier,
            tracking_number=parcel.tracking_number,
            since=parcel.status_at,
            scan_id=scan_id,
        )
        return Happening(event=event, actor=actor, occurred_at=parcel.status_at, dedupe_key=key)

    def tell_order(self, actor: str) -> None:
        """Say that the parcel arrived, and that its order did when nothing of it is missing."""
        if self.parcel.status == Status.DELIVERED:
            _tell_arrival(self, actor)
        if self.parcel.status in (Status.DELIVERED, Status.CANCELLED):
            tell_if_all_arrived(self.parcel, actor)


def derive(parcels: Sequence[Parcel]) -> list[Change]:
    """Write what follows from all scans of these (locked) parcels; gives those whose status changed."""
    now = clock.now()
    told: dict[int, list[Told]] = {parcel.pk: [] for parcel in parcels}
    for scan in Scan.objects.understood().filter(parcel__in=parcels).order_by():
        told[scan.parcel_id].append(_told(scan))
    changes = []
    for parcel in parcels:
        start = Status.INFO_RECEIVED if parcel.tracking_number else Status.PENDING
        found = standing(
            told[parcel.pk], now=now, start=start, started_at=parcel.shipped_at or parcel.created_at
        )
        before = parcel.status
        _apply(parcel, found, now)
        if parcel.status != before:
            changes.append(Change(parcel=parcel, before=before, standing=found))
    _write(parcels)
    return changes


def _write(parcels: Sequence[Parcel]) -> None:
    """Write the derived fields, one prepared statement for all: building ``bulk_update``'s CASEs took two thirds."""
    fields = [field for field in Parcel._meta.concrete_fields if field.name in FIELDS]
    sets = ", ".join(f"{field.column} = %s" for field in fields)
    rows = [
        [*(field.get_db_prep_save(getattr(parcel, field.attname), connection) for field in fields), parcel.pk]
        for parcel in parcels
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE tracking_parcel SET {sets} WHERE id = %s", rows)  # noqa: S608 - our own names


def _told(scan: Any) -> Told:
    return Told(
        status=scan.meant,
        reason=scan.meant_reason,
        occurred_at=scan.occurred_at,
        place=scan.place,
        key=scan.key,
        scan_id=scan.pk,
    )


def _apply(parcel: Parcel, found: Standing, now: datetime) -> None:
    parcel.status, parcel.status_at, parcel.reason = found.status, found.since, found.reason
    parcel.heard_at, parcel.delivered_at, parcel.due_at = found.heard_at, found.delivered_at, found.due_at
    sent = [at for at in (found.moved_at, parcel.shipped_at) if at]
    parcel.shipped_at = min(sent, default=None)
    if parcel.status in FINAL:
        parcel.look_at = None
    elif parcel.look_at is None and parcel.tracking_number:
        parcel.look_at = now


def where(parcel: Parcel) -> dict[str, Any]:
    """What every event of a parcel says of its place."""
    order = parcel.order
    return {
        "parcel_id": parcel.pk,
        "order_id": order.pk,
        "customer_id": order.customer_id,
        "channel_id": order.channel_id,
    }


def tell_changes(changes: Iterable[Change], actor: str) -> None:
    """Publish what changed, one parcel after another."""
    for change in changes:
        happening = change.telling(actor)
        publish(
            happening.event, actor=actor, occurred_at=happening.occurred_at, dedupe_key=happening.dedupe_key
        )
        change.tell_order(actor)


def _tell_arrival(change: Change, actor: str) -> None:
    parcel, decisive = change.parcel, change.standing.decisive
    if parcel.delivered_at is None or decisive is None:
        return
    on = parcel.delivered_at.astimezone(_zone(parcel.order.channel.timezone)).date()
    late = days_late(promised_on=parcel.promised_on, delivered_on=on, today=on)
    event = ParcelDelivered(**where(parcel), delivered_at=parcel.delivered_at, days_late=late)
    key = f"parcel-delivered:{parcel.pk}:{decisive.scan_id}"
    publish(event, actor=actor, occurred_at=parcel.delivered_at, dedupe_key=key)


def tell_if_all_arrived(parcel: Parcel, actor: str) -> None:
    """Say once that the whole order arrived: nothing left to send, every parcel that still counts is there.

    The order's row is locked, so two last parcels arriving at once cannot both miss it.
    """
    order = parcel.order
    arrived = list(_counting(order.pk))
    if not arrived or any(at is None for at in arrived):
        return
    if any(line.open_quantity > 0 for line in Line.objects.filter(order_id=order.pk).exclude(kind="fee")):
        return
    at = max(at for at in arrived if at)
    event = OrderDelivered(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        delivered_at=at,
        parcels=len(arrived),
    )
    publish(event, actor=actor, occurred_at=at, dedupe_key=f"order-delivered:{order.pk}")


def _counting(order_id: int) -> Iterator[datetime | None]:
    """When each outbound parcel arrived (``None``: it has not), without those cancelled or replaced."""
    rows = Parcel.objects.filter(order_id=order_id, direction=Direction.OUTBOUND, replaced_by__isnull=True)
    for status, at in rows.exclude(status=Status.CANCELLED).values_list("status", "delivered_at"):
        yield at if status == Status.DELIVERED else None


def _zone(name: str) -> ZoneInfo:
    """Where the channel is: a promise is a day on its calendar."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
