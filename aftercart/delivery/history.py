"""What deliveries teach: how long it takes to a place, learnt from all of them. Pure: no Django, no clock.

Three steps, explained with their sources in docs/delivery.md:

1. A distribution of whole days from ordering to the door for every carrier, country and region, each shrunk
   towards the one above it. With ``n`` deliveries of its own and the parent's distribution ``F0``, a place has
   ``F = (counts + K * F0) / (n + K)``: the posterior mean of a Dirichlet process with concentration ``K``.
2. A factor per level on all quantiles, from the newest orders: the level's quantile of ``days / quantile``, by
   a Kaplan-Meier estimate in which parcels still under way count as censored, orders weighted by age.
3. A promise: the place's quantile times the factor, rounded up to a whole day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

LONGEST = 120  # days; longer ways count as this
ENOUGH = 200  # deliveries before own history replaces the rules
CONCENTRATION = 20.0  # how many deliveries the row above is worth
HALF_LIFE = 5.0  # days after which an order counts half for the factors
WINDOW = 60  # days of ordering that the factors look at
ENOUGH_RECENT = 30  # deliveries in the window; fewer leave the factor at 1
ENOUGH_LEFT = 10  # deliveries that took longer than this one already does; fewer and nobody knows
LEVELS = (0.5, 0.9)
Cdf = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A carrier and a destination; empty fields mean all of them."""

    carrier: str = ""
    country: str = ""
    region: str = ""

    def upwards(self) -> tuple[Place, ...]:
        """This place and those above it, the whole last; each once."""
        chain = (
            self,
            Place(carrier=self.carrier, country=self.country),
            Place(carrier=self.carrier),
            Place(),
        )
        return tuple(dict.fromkeys(chain))


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """``count`` deliveries to a place that took ``days`` whole days from ordering to the door."""

    place: Place
    days: int
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Recent:
    """``count`` orders of one day to a place: arrived after ``days``, or (``None``) still under way."""

    place: Place
    placed_on: date
    days: int | None
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """A place's own deliveries, and its shrunk distribution by whole days."""

    deliveries: int
    cdf: Cdf


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Days after ordering: ``likely`` at the median, ``by`` at nine of ten; and what that rests on."""

    earliest: int
    likely: int
    by: int
    place: Place
    deliveries: int


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everything learnt up to a day (that day's own deliveries not included)."""

    learnt_on: date
    rows: Mapping[Place, Row]
    factors: Mapping[float, float]

    @property
    def deliveries(self) -> int:
        """How many it rests on."""
        whole = self.rows.get(Place())
        return whole.deliveries if whole else 0

    def nearest(self, place: Place) -> tuple[Place, Row] | None:
        """The most exact row there is for a place."""
        return next(((up, self.rows[up]) for up in place.upwards() if up in self.rows), None)

    def expected(self, place: Place) -> Expected | None:
        """What to promise today; ``None`` while fewer than 200 deliveries are known."""
        found = self.nearest(place)
        if found is None or self.deliveries < ENOUGH:
            return None
        level, row = found
        likely = whole_days(quantile(row.cdf, 0.5) * self.factors.get(0.5, 1.0))
        by = whole_days(quantile(row.cdf, 0.9) * self.factors.get(0.9, 1.0))
        earliest = math.floor(quantile(row.cdf, 0.05) * self.factors.get(0.5, 1.0))
        by = max(by, likely)
        return Expected(
            earliest=min(max(earliest, 0), likely),
            likely=likely,
            by=by,
            place=level,
            deliveries=row.deliveries,
        )

    def expected_after(self, place: Place, waited: int) -> Expected | None:
        """What to expect of a parcel that has not come ``waited`` whole days after ordering.

        The quantile at ``F(w) + level * (1 - F(w))``, so that it is conditional on having waited. ``None``
        when fewer than ten known deliveries took so long: then nobody knows, and the page says so.
        """
        found = self.nearest(place)
        if found is None or self.deliveries < ENOUGH:
            return None
        level, row = found
        factor = self.factors.get(0.9, 1.0)
        gone = share_within(row.cdf, waited / factor)
        if (1 - gone) * max(row.deliveries, CONCENTRATION) < ENOUGH_LEFT:
            level, row = Place(), self.rows[Place()]
            gone = share_within(row.cdf, waited / factor)
            if (1 - gone) * row.deliveries < ENOUGH_LEFT:
                return None
        likely, by = (
            max(waited + 1, whole_days(quantile(row.cdf, gone + share * (1 - gone)) * factor))
            for share in LEVELS
        )
        if by >= LONGEST * factor:
            return None
        return Expected(earliest=waited + 1, likely=likely, by=by, place=level, deliveries=row.deliveries)


def learn(arrived: Iterable[Arrived], recent: Iterable[Recent], *, on: date) -> Knowledge:
    """Learn from what was known at the beginning of the day ``on``."""
    rows = distributions(arrived)
    recent = list(recent)
    factors = {level: factor_of(rows, recent, level=level, on=on) for level in LEVELS}
    return Knowledge(learnt_on=on, rows=rows, factors=factors)


def distributions(arrived: Iterable[Arrived]) -> dict[Place, Row]:
    """Counts at every height of the hierarchy, then shrunk from the whole downwards."""
    counts: dict[Place, list[float]] = {}
    for one in arrived:
        for place in one.place.upwards():
            row = counts.get(place)
            if row is None:
                row = counts[place] = [0.0] * (LONGEST + 1)
            row[min(one.days, LONGEST)] += one.count
    rows: dict[Place, Row] = {}
    for place in sorted(counts, key=lambda one: len(one.upwards())):
        own, above = counts[place], place.upwards()[1:]
        parent = rows[above[0]].cdf if above else None
        rows[place] = Row(deliveries=round(sum(own)), cdf=_shrunk(own, parent))
    return rows


def _shrunk(own: Sequence[float], parent: Cdf | None) -> Cdf:
    total, running = sum(own), list(accumulate(own))
    if parent is None:
        return tuple(share / total for share in running)
    weight = total + CONCENTRATION
    return tuple((n + CONCENTRATION * above) / weight for n, above in zip(running, parent, strict=True))


def factor_of(rows: Mapping[Place, Row], recent: Sequence[Recent], *, level: float, on: date) -> float:
    """How much longer (or shorter) than learnt it takes now, at a level; 1 when too little is known."""
    scored: list[tuple[float, bool, float]] = []
    known: dict[Place, float] = {}
    for one in recent:
        age = (on - one.placed_on).days
        row = next((rows[up] for up in one.place.upwards() if up in rows), None)
        if row is None or not 0 < age <= WINDOW:
            continue
        if one.place not in known:
            known[one.place] = quantile(row.cdf, level)
        days = age - 1 if one.days is None else min(one.days, LONGEST)
        weight = one.count * 0.5 ** (age / HALF_LIFE)
        scored.append((days / known[one.place], one.days is not None, weight))
    if sum(one.count for one in recent if one.days is not None) < ENOUGH_RECENT:
        return 1.0
    return kaplan_meier(scored, level)


def kaplan_meier(scored: Iterable[tuple[float, bool, float]], level: float) -> float:
    """The quantile of weighted values (value, is it an arrival or censored, weight) at a level.

    When censoring hides it, the greatest value seen.
    """
    ordered = sorted(scored, key=lambda one: (one[0], not one[1]))
    at_risk, surviving = sum(weight for _, _, weight in ordered), 1.0
    for value, is_arrival, weight in ordered:
        if is_arrival and at_risk > 0:
            surviving *= max(0.0, 1 - weight / at_risk)
            if surviving <= 1 - level + 1e-9:
                return value
        at_risk -= weight
    return ordered[-1][0] if ordered else 1.0


def quantile(cdf: Cdf, level: float) -> float:
    """The days by which the share ``level`` has arrived, between whole days by straight line; at least half
    a day, so that factors have something to act on."""
    low = next((day for day, share in enumerate(cdf) if share >= level - 1e-12), len(cdf) - 1)
    before = cdf[low - 1] if low else 0.0
    step = cdf[low] - before
    return max(0.5, low - 1 + ((level - before) / step if step > 0 else 1.0))


def share_within(cdf: Cdf, days: float) -> float:
    """The share that arrives within so many days, between whole days by straight line."""
    low = math.floor(days)
    if low < 0:
        return 0.0
    if low >= len(cdf) - 1:
        return cdf[-1]
    return cdf[low] + (cdf[low + 1] - cdf[low]) * (days - low)


def whole_days(days: float) -> int:
    """Rounded up: a promise is a day on the calendar. A hundredth of a day, a quarter of an hour, is none."""
    return max(0, math.ceil(days - 0.01))


def pinball(*, actual: float, promised: float, level: float) -> float:
    """The quantile loss: ``level`` per day too early promised, ``1 - level`` per day too late."""
    off = actual - promised
    return level * off if off >= 0 else (level - 1) * off
