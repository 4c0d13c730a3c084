"""Appending what carriers say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import Happening, publish_all
from aftercart.orders.rules import Refused
from aftercart.tracking.actions.deriving import derive, where
from aftercart.tracking.events import ParcelScanned
from aftercart.tracking.models import Parcel, Reason, Scan, Status
from aftercart.tracking.ports import HeardScan


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What became of scans: the new ones, and how many had been told before."""

    new: list[Scan]
    known: int


def record_scan(
    *,
    parcel_id: int,
    status: str,
    occurred_at: datetime,
    actor: str,
    message: str = "",
    place: str = "",
    key: str = "",
    reason: str = "",
    raw_code: str = "",
    source: str = "",
) -> Scan:
    """Append what a carrier said and derive the parcel's status anew; the same scan told twice is one.

    Late, out-of-order and contradictory scans are normal; a time more than a day ahead is kept and waits until then.

    Raises:
        Refused: when the status is not one of :class:`Status`, or the reason not one of :class:`Reason`.
        Parcel.DoesNotExist: when there is no such parcel.
    """
    told = HeardScan(
        status=status,
        occurred_at=occurred_at,
        message=message,
        place=place,
        key=key,
        reason=reason,
        raw_code=raw_code,
    )
    record_scans(parcel_id=parcel_id, told=[told], actor=actor, source=source)
    return Scan.objects.get(parcel_id=parcel_id, key=key_of(told, source))


def record_scans(*, parcel_id: int, told: Sequence[HeardScan], actor: str, source: str = "") -> Heard:
    """Append several scans of one parcel; see :func:`record_scan`."""
    return record_many(told={parcel_id: told}, actor=actor, source=source)


@transaction.atomic
def record_many(*, told: Mapping[int, Sequence[HeardScan]], actor: str, source: str = "") -> Heard:
    """Append scans of many parcels (id to scans) in one transaction and a handful of statements.

    Raises:
        Refused: see :func:`record_scan`; then nothing is recorded.
        Parcel.DoesNotExist: when one of the parcels does not exist.
    """
    for scan in (scan for scans in told.values() for scan in scans):
        _check(scan)
    parcels = lock_parcels(list(told))
    if missing := set(told) - {parcel.pk for parcel in parcels}:
        raise Parcel.DoesNotExist(f"There is no parcel {min(missing)}.")
    new = _append(told, source)
    if new:
        changes = derive(parcels)
        by_id = {parcel.pk: parcel for parcel in parcels}
        publish_all([_scanned(by_id[scan.parcel_id], scan, actor) for scan in new])
        publish_all(change.telling(actor) for change in changes)
        for change in changes:
            change.tell_order(actor)
    return Heard(new=new, known=sum(map(len, told.values())) - len(new))


def lock_parcels(ids: Sequence[int]) -> list[Parcel]:
    """The parcels, with their orders' rows locked first to last: every writer takes them in this order."""
    rows = Parcel.objects.select_related("order__channel").filter(pk__in=ids)
    return list(rows.select_for_update(of=("self", "order")).order_by("order_id", "pk"))


def key_of(told: HeardScan, source: str) -> str:
    """What makes a scan one: the teller's own key, else its content."""
    if told.key:
        return told.key[:160]
    at = told.occurred_at.astimezone(UTC).isoformat()
    parts = [told.status, at, told.place, told.message]
    if told.raw_code:
        parts = [source, told.raw_code, *parts[1:]]  # a code keeps its key when we learn what it means
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:40]


def _check(told: HeardScan) -> None:
    if told.status not in Status.values and not (told.status == "" and told.raw_code):
        raise Refused(f"{told.status!r} is not a parcel status; use one of {', '.join(Status.values)}.")
    if told.reason and told.reason not in Reason.values:
        raise Refused(f"{told.reason!r} is not a reason; use one of {', '.join(Reason.values)}.")


def _append(told: Mapping[int, Sequence[HeardScan]], source: str) -> list[Scan]:
    known = set(Scan.objects.filter(parcel_id__in=list(told)).values_list("parcel_id", "key"))
    now, new = clock.now(), {}
    for parcel_id, scans in told.items():
        for scan in scans:
            place = (parcel_id, key_of(scan, source))
            if place not in known and place not in new:
                new[place] = _row(*place, scan, source, now)
    return Scan.objects.bulk_create(new.values(), batch_size=500)


def _row(parcel_id: int, key: str, told: HeardScan, source: str, now: datetime) -> Scan:
    return Scan(
        parcel_id=parcel_id,
        key=key,
        status=told.status,
        reason=told.reason,
        source=source,
        raw_code=told.raw_code[:80],
        message=told.message[:300],
        place=told.place[:160],
        occurred_at=told.occurred_at.astimezone(UTC),
        recorded_at=now,
    )


def _scanned(parcel: Parcel, scan: Scan, actor: str) -> Happening:
    event = ParcelScanned(**where(parcel), status=parcel.status, place=scan.place)
    return Happening(
        event=event, actor=actor, occurred_at=scan.occurred_at, dedupe_key=f"parcel-scanned:{scan.pk}"
    )
