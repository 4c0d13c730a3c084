"""How many orders, and how much money: per currency, never added across currencies."""

from __future__ import annotations

import ibis.expr.types as ir

from aftercart.insights.figures.figure import WEEKS, Question, Shape, Unit, figure
from aftercart.insights.figures.tables import Tables

REVENUE = (
    "Revenue is the total of an order (goods less discounts, shipping, fees and tax) less what has been "
    "refunded of it to this day. Cancelled orders do not count. Each currency stands for itself."
)
BY_ORDER_DATE = "By the order's date where the channel is."


@figure(
    key="orders",
    title="Orders",
    definition="All orders placed in the period, whatever became of them.",
    notes=(BY_ORDER_DATE,),
    family="orders",
    unit=Unit.COUNT,
    of="orders",
)
def orders(tables: Tables, ask: Question) -> ir.Table:
    placed = ask.within(tables.orders, "placed_on")
    return placed.aggregate(value=placed.count(), n=placed.count())


@figure(
    key="cancelled_share",
    title="Cancelled",
    definition="Of the orders placed in the period, the share cancelled in full.",
    notes=(BY_ORDER_DATE,),
    family="orders",
    unit=Unit.SHARE,
    of="orders",
    less_is_better=True,
)
def cancelled_share(tables: Tables, ask: Question) -> ir.Table:
    placed = ask.within(tables.orders, "placed_on")
    return placed.aggregate(value=(placed.state == "cancelled").cast("float64").mean(), n=placed.count())


@figure(
    key="revenue",
    title="Revenue",
    definition=REVENUE,
    notes=(BY_ORDER_DATE,),
    family="orders",
    unit=Unit.MONEY,
    of="orders not cancelled",
    in_money=True,
)
def revenue(tables: Tables, ask: Question) -> ir.Table:
    sold = ask.within(tables.sales, "placed_on")
    return sold.group_by("currency").aggregate(value=sold.revenue.sum().cast("int64"), n=sold.count())


@figure(
    key="average_order_value",
    title="Average order value",
    definition="Revenue divided by the orders that are not cancelled.",
    notes=(REVENUE, BY_ORDER_DATE),
    family="orders",
    unit=Unit.MONEY,
    of="orders not cancelled",
    in_money=True,
)
def average_order_value(tables: Tables, ask: Question) -> ir.Table:
    sold = ask.within(tables.sales, "placed_on")
    return sold.group_by("currency").aggregate(value=sold.revenue.cast("float64").mean(), n=sold.count())


@figure(
    key="orders_over_time",
    title="Orders over time",
    definition="All orders placed, whatever became of them.",
    notes=(BY_ORDER_DATE, WEEKS),
    family="orders",
    unit=Unit.COUNT,
    of="orders",
    shape=Shape.BAR,
    by_grain=True,
)
def orders_over_time(tables: Tables, ask: Question) -> ir.Table:
    placed = ask.within(tables.orders, "placed_on")
    by_bucket = placed.group_by(bucket=ask.bucket(placed.placed_on))
    return by_bucket.aggregate(value=placed.count(), n=placed.count()).order_by("bucket")


@figure(
    key="revenue_over_time",
    title="Revenue over time",
    definition=REVENUE,
    notes=(BY_ORDER_DATE, WEEKS),
    family="orders",
    unit=Unit.MONEY,
    of="orders not cancelled",
    shape=Shape.BAR,
    in_money=True,
    by_grain=True,
)
def revenue_over_time(tables: Tables, ask: Question) -> ir.Table:
    sold = ask.within(tables.sales, "placed_on")
    by_bucket = sold.group_by("currency", bucket=ask.bucket(sold.placed_on))
    totals = by_bucket.aggregate(value=sold.revenue.sum().cast("int64"), n=sold.count())
    return totals.order_by("bucket", "currency")
