"""What the figures about parcels rest on: each parcel's way, and how long its stages took."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

UNKNOWN = "unknown"
HOUR = 3600
STAGES = {
    "whole": "Ordered to arrived",
    "sent": "Ordered to sent",
    "scanned": "Sent to first scan",
    "out": "First scan to out for delivery",
    "arrived": "Out for delivery to arrived",
}
MOMENTS = {
    "whole": ("placed", "delivered"),
    "sent": ("placed", "shipped"),
    "scanned": ("shipped", "scanned"),
    "out": ("scanned", "out"),
    "arrived": ("out", "delivered"),
}


def named(text: Any) -> Any:
    """A carrier, country or topic as a group: ``unknown`` when it is not told."""
    return text.nullif("").fill_null(UNKNOWN)


def ways(orders: ir.Table, parcels: ir.Table) -> ir.Table:
    """Parcels that arrived at a known time, with their order: moments in whole seconds since 1970.

    ``is_by`` and ``is_likely``: it came on or before the day told when the order was placed (``is_by``: by us,
    else by the store); null without.
    ``was_seen``: a scan showed it under way before it arrived.
    """
    boxes = parcels.filter(parcels.status == "delivered", parcels.delivered_at.notnull())
    boxes = boxes.select(
        of_order=boxes.order_id,
        arrived_on=boxes.delivered_on,
        carrier=named(boxes.carrier),
        shipped=_second(boxes.shipped_at),
        scanned=_second(boxes.first_scan_at),
        out=_second(boxes.out_at),
        delivered=_second(boxes.delivered_at),
        failed_attempts=boxes.failed_attempts,
    )
    joined = orders.inner_join(boxes, orders.id == boxes.of_order)
    return joined.select(
        "arrived_on",
        "carrier",
        "shipped",
        "scanned",
        "out",
        "delivered",
        "failed_attempts",
        order_id=joined.of_order,
        country=named(joined.ship_country),
        placed=_second(joined.placed_at),
        is_by=joined.arrived_on <= ibis.coalesce(joined.by_on, joined.promised_on),
        is_likely=joined.arrived_on <= joined.likely_on,
        was_seen=(joined.scanned < joined.delivered).fill_null(False),
    )


def stages(ways: ir.Table, *keys: str) -> ir.Table:
    """How many parcels took so many ``hours`` (whole, rounded up) for each ``stage``, by the keys."""
    parts = []
    for stage, (start, end) in MOMENTS.items():
        took = ways.filter(ways[end] >= ways[start])
        hours = ((took[end] - took[start] + (HOUR - 1)) / HOUR).floor().cast("int64")
        counted = took.select(*keys, stage=ibis.literal(stage), hours=hours)
        parts.append(counted.group_by(*keys, "stage", "hours").aggregate(n=counted.count()))
    return ibis.union(parts[0], *parts[1:])


def reached(counts: ir.Table, *keys: str) -> ir.Table:
    """By the keys, the days within which half (``value``) and nine of ten (``p90``) were through."""
    summed = counts.group_by(*keys, "hours").aggregate(n=counts.n.sum().cast("int64"))
    so_far = summed.n.sum().over(ibis.cumulative_window(group_by=list(keys), order_by="hours"))
    total = summed.n.sum().over(ibis.window(group_by=list(keys)))
    steps = summed.select(*keys, "hours", so_far=so_far.cast("int64"), total=total.cast("int64"))
    half = steps.hours.min(where=steps.so_far * 2 >= steps.total)
    nine = steps.hours.min(where=steps.so_far * 10 >= steps.total * 9)
    by_key = steps.group_by(*keys)
    return by_key.aggregate(
        value=half.cast("float64") / 24, p90=nine.cast("float64") / 24, n=steps.total.max()
    )


def _second(moment: Any) -> Any:
    return moment.epoch_seconds().cast("int64")
