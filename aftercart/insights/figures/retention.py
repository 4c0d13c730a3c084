"""How many stay, month by month, and how long they take to come again."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from aftercart.insights.figures.customers import KNOWN
from aftercart.insights.figures.figure import Question, Shape, Unit, figure
from aftercart.insights.figures.tables import Tables

GAP = "The time between a customer's order and their order before, in fractions of a day."


@figure(
    key="cohort_retention",
    title="Cohort retention",
    definition="Customers by the month of their first order (in the period); the share of them who ordered "
    "again so many calendar months later, up to the end of the period. Month 0 is the month of the "
    "first order.",
    notes=(KNOWN,),
    family="retention",
    unit=Unit.SHARE,
    of="customers of the cohort",
    shape=Shape.HEAT_MAP,
)
def cohort_retention(tables: Tables, ask: Question) -> ir.Table:
    bought = ask.within(tables.purchases, "first_on", "placed_on")
    months = (bought.placed_on.year() - bought.first_on.year()) * 12 + (
        bought.placed_on.month() - bought.first_on.month()
    )
    active = bought.select(
        "customer_id", cohort=bought.first_on.truncate("M"), step=months.cast("int64")
    ).distinct()
    counts = active.group_by("cohort", "step").aggregate(active=active.count())
    size = counts.active.max(where=counts.step == 0).over(ibis.window(group_by="cohort"))
    shares = counts.select("cohort", "step", "active", value=counts.active / size.cast("float64"), n=size)
    return shares.order_by("cohort", "step")


@figure(
    key="median_days_between_purchases",
    title="Days between purchases, median",
    definition="Half of the gaps are shorter. A gap counts in the period in which it ended.",
    notes=(GAP, KNOWN),
    family="retention",
    unit=Unit.DAYS,
    of="gaps",
    less_is_better=True,
)
def median_days_between_purchases(tables: Tables, ask: Question) -> ir.Table:
    gaps = _gaps(tables, ask)
    return gaps.aggregate(value=gaps.gap_days.median(), n=gaps.count())


@figure(
    key="purchase_gaps",
    title="How long until they come again",
    definition="Gaps between purchases by whole weeks (0: within seven days). A gap counts in the period in "
    "which it ended.",
    notes=(GAP, KNOWN),
    family="retention",
    unit=Unit.COUNT,
    of="gaps",
    shape=Shape.HISTOGRAM,
)
def purchase_gaps(tables: Tables, ask: Question) -> ir.Table:
    gaps = _gaps(tables, ask)
    by_week = gaps.group_by(bucket=(gaps.gap_days / 7).floor().cast("int64"))
    return by_week.aggregate(value=gaps.count(), n=gaps.count()).order_by("bucket")


def _gaps(tables: Tables, ask: Question) -> ir.Table:
    bought = tables.purchases
    return ask.within(bought.filter(bought.gap_days.notnull()), "placed_on")
