"""Which parcel is meant by a tracking number."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from aftercart.tracking.models import FINAL, Parcel
from aftercart.tracking.numbers import tidy


def parcels_by_number(rows: QuerySet[Parcel], numbers: Collection[str]) -> dict[str, int]:
    """Number as it was told to the id of its parcel, in one query.

    Carriers use numbers again after some months: one that is under way is meant rather than one that has ended,
    then the newer one.
    """
    wanted = {number: tidy(number) for number in numbers if number.strip()}
    asked = {*wanted, *wanted.values()}
    found = rows.filter(tracking_number__in=asked).values_list(
        "tracking_number", "status", "created_at", "pk"
    )
    best: dict[str, tuple[bool, object, int]] = {}
    for number, status, at, pk in found:
        place = (status not in FINAL, at, pk)
        best[tidy(number)] = max(best.get(tidy(number), place), place)
    return {number: best[key][2] for number, key in wanted.items() if key in best}
