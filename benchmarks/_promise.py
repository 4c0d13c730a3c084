"""Replays a shop's orders day by day: each night everything known is learnt, each day promises are made."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from aftercart.connectors.testing import shared_data
from aftercart.delivery.history import (
    LEVELS,
    Arrived,
    Knowledge,
    Place,
    Recent,
    learn,
    pinball,
    quantile,
    whole_days,
)

TRAINED_SHARE = 0.7


@dataclass(frozen=True, kw_only=True)
class Bought:
    """One order: where it went, when it was placed, arrived (if ever), and the day its shop printed."""

    place: Place
    placed_at: datetime
    arrived_on: date | None
    printed_on: date

    @property
    def placed_on(self) -> date:
        """The day of ordering."""
        return self.placed_at.date()

    @property
    def days(self) -> int:
        """Whole days to the door, for orders that arrived."""
        assert self.arrived_on is not None
        return (self.arrived_on - self.placed_on).days


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One delivery of the judged part: the days it took, and what each of three would have promised."""

    region: str
    actual: int
    ours: dict[float, int]
    whole: dict[float, int]
    printed: int


def data_folder() -> Path:
    """Where the Olist files are or would be, see :func:`~aftercart.connectors.testing.shared_data`."""
    return shared_data("olist") or Path("olist")


def orders(folder: Path) -> list[Bought]:
    """Orders by time. Cancelled ones are left out, as are four that "arrived" before they were placed."""
    states = {row["customer_id"]: row["customer_state"] for row in _rows(folder, "customers")}
    found = []
    for row in _rows(folder, "orders"):
        if row["order_status"] in {"canceled", "unavailable"}:
            continue
        arrived = row["order_delivered_customer_date"] if row["order_status"] == "delivered" else ""
        bought = Bought(
            place=Place(carrier="marketplace", country="BR", region=states[row["customer_id"]]),
            placed_at=datetime.fromisoformat(row["order_purchase_timestamp"]),
            arrived_on=datetime.fromisoformat(arrived).date() if arrived else None,
            printed_on=datetime.fromisoformat(row["order_estimated_delivery_date"]).date(),
        )
        if bought.arrived_on is None or bought.arrived_on >= bought.placed_on:
            found.append(bought)
    return sorted(found, key=lambda one: one.placed_at)


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    file: TextIO
    with gzip.open(folder / f"olist_{name}_dataset.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def judge(bought: Sequence[Bought]) -> list[Judged]:
    """Promises for the last 30 % of the deliveries, each from what was known the night before."""
    arrived = [one for one in bought if one.arrived_on]
    first = arrived[int(len(arrived) * TRAINED_SHARE)].placed_at
    judged: list[Judged] = []
    known: Knowledge | None = None
    for one in arrived:
        if one.placed_at < first:
            continue
        if known is None or known.learnt_on != one.placed_on:
            known = known_on(bought, one.placed_on)
        judged.append(_judged(one, known))
    return judged


def known_on(bought: Sequence[Bought], on: date) -> Knowledge:
    """Learnt from deliveries before the day, and from orders placed before it that are still under way."""
    before = [one for one in bought if one.placed_on < on]
    came = [one for one in before if one.arrived_on and one.arrived_on < on]
    counts = Counter((one.place, one.days) for one in came)
    arrived = [Arrived(place=place, days=days, count=n) for (place, days), n in counts.items()]
    recent = [
        Recent(
            place=one.place,
            placed_on=one.placed_on,
            days=one.days if one.arrived_on and one.arrived_on < on else None,
        )
        for one in before
    ]
    return learn(arrived, recent, on=on)


def _judged(one: Bought, known: Knowledge) -> Judged:
    expected = known.expected(one.place)
    assert expected is not None
    whole = known.rows[Place()].cdf
    return Judged(
        region=one.place.region,
        actual=one.days,
        ours={0.5: expected.likely, 0.9: expected.by},
        whole={level: whole_days(quantile(whole, level)) for level in LEVELS},
        printed=(one.printed_on - one.placed_on).days,
    )


def loss(judged: Sequence[Judged], who: str, level: float) -> float:
    """Mean pinball loss in days of ``ours``, ``whole`` (one quantile for everybody) or ``printed``."""
    total = sum(pinball(actual=one.actual, promised=promised(one, who, level), level=level) for one in judged)
    return total / len(judged)


def share(judged: Sequence[Judged], who: str, level: float) -> float:
    """The share that arrived by the promised day."""
    return sum(one.actual <= promised(one, who, level) for one in judged) / len(judged)


def promised(one: Judged, who: str, level: float) -> int:
    """The days one of the three promised."""
    return one.printed if who == "printed" else one.ours[level] if who == "ours" else one.whole[level]
