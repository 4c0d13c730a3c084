"""Whether and when it came, and what that did to the reviews."""

from __future__ import annotations

import ibis.expr.types as ir

from aftercart.insights.figures.figure import WEEKS, Question, Shape, Unit, figure
from aftercart.insights.figures.tables import Tables

ARRIVED = "An order has arrived when every parcel of it has (cancelled parcels apart)."
BY_ARRIVAL = "By the date the last parcel arrived, where the channel is."
LATE = (
    "Late means that this date is after the promised one (the order's, else its parcels'); the day itself is "
    "in time. An order cancelled after its parcel left counts too, since the parcel did travel."
)
DAYS = "Days run from the moment of purchase to the moment the last parcel arrived, in fractions of a day."


@figure(
    key="delivered",
    title="Delivered",
    definition="Orders that have arrived and were not cancelled. When the carrier gave no time, the day its "
    "status changed counts.",
    notes=(ARRIVED, BY_ARRIVAL),
    family="delivery",
    unit=Unit.COUNT,
    of="orders",
)
def delivered(tables: Tables, ask: Question) -> ir.Table:
    sent = tables.deliveries
    arrived = ask.within(sent.filter(~sent.is_cancelled), "arrived_on")
    return arrived.aggregate(value=arrived.count(), n=arrived.count())


@figure(
    key="late_share",
    title="Late",
    definition="Of the orders that arrived and had a promised date, the share that came late.",
    notes=(LATE, ARRIVED, BY_ARRIVAL),
    family="delivery",
    unit=Unit.SHARE,
    of="arrived orders with a promise",
    less_is_better=True,
)
def late_share(tables: Tables, ask: Question) -> ir.Table:
    promised = _promised(tables, ask)
    return promised.aggregate(value=promised.is_late.cast("float64").mean(), n=promised.count())


@figure(
    key="median_days",
    title="Days to delivery, median",
    definition="Half of the orders that arrived took less.",
    notes=(DAYS, ARRIVED, BY_ARRIVAL),
    family="delivery",
    unit=Unit.DAYS,
    of="arrived orders",
    less_is_better=True,
)
def median_days(tables: Tables, ask: Question) -> ir.Table:
    timed = _timed(tables, ask)
    return timed.aggregate(value=timed.days.median(), n=timed.count())


@figure(
    key="p90_days",
    title="Days to delivery, nine of ten",
    definition="Nine of ten orders that arrived took less (90th percentile, linearly interpolated).",
    notes=(DAYS, ARRIVED, BY_ARRIVAL),
    family="delivery",
    unit=Unit.DAYS,
    of="arrived orders",
    less_is_better=True,
)
def p90_days(tables: Tables, ask: Question) -> ir.Table:
    timed = _timed(tables, ask)
    return timed.aggregate(value=timed.days.quantile(0.9), n=timed.count())


@figure(
    key="on_time_over_time",
    title="On time over time",
    definition="Of the orders that arrived and had a promised date, the share that did not come late.",
    notes=(LATE, ARRIVED, BY_ARRIVAL, WEEKS),
    family="delivery",
    unit=Unit.SHARE,
    of="arrived orders with a promise",
    shape=Shape.LINE,
    by_grain=True,
)
def on_time_over_time(tables: Tables, ask: Question) -> ir.Table:
    promised = _promised(tables, ask)
    by_bucket = promised.group_by(bucket=ask.bucket(promised.arrived_on))
    on_time = (~promised.is_late).cast("float64").mean()
    return by_bucket.aggregate(value=on_time, n=promised.count()).order_by("bucket")


@figure(
    key="delivery_days",
    title="How long delivery took",
    definition="Orders that arrived by whole days from purchase to arrival (0: within 24 hours).",
    notes=(DAYS, ARRIVED, BY_ARRIVAL),
    family="delivery",
    unit=Unit.COUNT,
    of="arrived orders",
    shape=Shape.HISTOGRAM,
)
def delivery_days(tables: Tables, ask: Question) -> ir.Table:
    timed = _timed(tables, ask)
    by_bucket = timed.group_by(bucket=timed.days.floor().cast("int64"))
    return by_bucket.aggregate(value=timed.count(), n=timed.count()).order_by("bucket")


@figure(
    key="mean_review_on_time",
    title="Review score when on time",
    definition="Mean score of all reviews of orders that did not come late.",
    notes=(LATE, ARRIVED, BY_ARRIVAL),
    family="delivery",
    unit=Unit.SCORE,
    of="reviews",
)
def mean_review_on_time(tables: Tables, ask: Question) -> ir.Table:
    return _mean_review(tables, ask, is_late=False)


@figure(
    key="mean_review_late",
    title="Review score when late",
    definition="Mean score of all reviews of orders that came late.",
    notes=(LATE, ARRIVED, BY_ARRIVAL),
    family="delivery",
    unit=Unit.SCORE,
    of="reviews",
)
def mean_review_late(tables: Tables, ask: Question) -> ir.Table:
    return _mean_review(tables, ask, is_late=True)


def _timed(tables: Tables, ask: Question) -> ir.Table:
    """Arrived orders whose days are known."""
    sent = tables.deliveries
    return ask.within(sent.filter(sent.days.notnull()), "arrived_on")


def _promised(tables: Tables, ask: Question) -> ir.Table:
    """Arrived orders of which is known whether they were late."""
    sent = tables.deliveries
    return ask.within(sent.filter(sent.is_late.notnull()), "arrived_on")


def _mean_review(tables: Tables, ask: Question, *, is_late: bool) -> ir.Table:
    promised = _promised(tables, ask)
    chosen = promised.filter(promised.is_late if is_late else ~promised.is_late)
    scored = tables.reviews.inner_join(chosen, tables.reviews.order_id == chosen.order_id)
    return scored.aggregate(value=scored.score.cast("float64").mean(), n=scored.count())
