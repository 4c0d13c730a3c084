"""What scans.py measures, once Django is set up."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection, transaction

from aftercart.kernel import clock
from aftercart.orders.testing import make_order
from aftercart.tracking.actions import record_many, register_parcel
from aftercart.tracking.models import Parcel, Scan
from aftercart.tracking.ports import HeardScan

PARCELS, SCANS, TOGETHER = 1000, 6, 100
STATUSES = ("info_received", "in_transit", "in_transit", "in_transit", "out_for_delivery", "delivered")


def measure() -> None:
    """Record 6,000 scans of 1,000 parcels, 100 parcels a batch, round by round, then insert them bare."""
    parcels = _parcels()
    start = time.perf_counter()
    for turn in range(SCANS):
        for first in range(0, PARCELS, TOGETHER):
            told = {parcel.pk: [_scan(turn)] for parcel in parcels[first : first + TOGETHER]}
            record_many(told=told, actor="bench", source="bench")
    ours = time.perf_counter() - start
    rows = list(Scan.objects.all())
    assert len(rows) == PARCELS * SCANS
    assert Parcel.objects.filter(status="delivered").count() == PARCELS
    again = time.perf_counter()
    for first in range(0, PARCELS, TOGETHER):
        told = {parcel.pk: [_scan(0)] for parcel in parcels[first : first + TOGETHER]}
        record_many(told=told, actor="bench", source="bench")
    replay = time.perf_counter() - again
    bare = _bare(rows)
    count = PARCELS * SCANS
    print(f"{connection.vendor}: {count / ours:,.0f} scans/s recorded, derived and told to the journal")
    print(f"{connection.vendor}: {PARCELS / replay:,.0f} scans/s recognised as told before")
    print(f"{connection.vendor}: {count / bare:,.0f} rows/s inserted bare; ratio {bare / ours:.2f}")


def _parcels() -> list[Parcel]:
    placed_at = clock.now() - timedelta(days=20)
    made = []
    with transaction.atomic():
        for number in range(PARCELS):
            order = make_order(number=f"B{number}", placed_at=placed_at)
            made.append(
                register_parcel(
                    order_id=order.pk, key=f"b{number}", actor="bench", tracking_number=f"B{number}"
                )
            )
    return made


def _scan(turn: int) -> HeardScan:
    at = clock.now().replace(microsecond=0, second=0, minute=0, hour=0) - timedelta(days=10 - turn)
    return HeardScan(status=STATUSES[turn], occurred_at=at, place="Leipzig", message="Parcel scanned")


def _bare(rows: list[Scan]) -> float:
    Scan.objects.all().delete()
    for row in rows:
        row.pk = None
    start = time.perf_counter()
    for first in range(0, len(rows), TOGETHER):
        with transaction.atomic():
            Scan.objects.bulk_create(rows[first : first + TOGETHER])
    return time.perf_counter() - start
