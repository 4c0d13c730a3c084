"""Who comes back, and what they bring."""

from __future__ import annotations

import ibis.expr.types as ir

from aftercart.insights.figures.figure import Question, Unit, figure
from aftercart.insights.figures.orders import REVENUE
from aftercart.insights.figures.tables import Tables

KNOWN = (
    "Orders without a known customer and cancelled orders do not count. With a channel chosen, only its "
    "orders are looked at, for the history too. By the order's date where the channel is."
)
RETURNING = (
    "A returning customer of the period placed an order in it that was not their first ever; everyone else "
    "who ordered in it is a first-time customer."
)


@figure(
    key="customers",
    title="Customers",
    definition="People who ordered in the period.",
    notes=(KNOWN,),
    family="customers",
    unit=Unit.COUNT,
    of="customers",
)
def customers(tables: Tables, _: Question) -> ir.Table:
    people = tables.people
    return people.aggregate(value=people.count(), n=people.count())


@figure(
    key="repeat_rate",
    title="Repeat customer rate",
    definition="Of the customers who ordered in the period, the share who ordered at least twice in it.",
    notes=(KNOWN,),
    family="customers",
    unit=Unit.SHARE,
    of="customers",
)
def repeat_rate(tables: Tables, _: Question) -> ir.Table:
    people = tables.people
    return people.aggregate(value=(people.orders > 1).cast("float64").mean(), n=people.count())


@figure(
    key="returning_customers_share",
    title="Returning customers' share of customers",
    definition="Of the customers who ordered in the period, the share who are returning.",
    notes=(RETURNING, KNOWN),
    family="customers",
    unit=Unit.SHARE,
    of="customers",
)
def returning_customers_share(tables: Tables, _: Question) -> ir.Table:
    people = tables.people
    return people.aggregate(value=people.is_returning.cast("float64").mean(), n=people.count())


@figure(
    key="returning_revenue_share",
    title="Returning customers' share of revenue",
    definition="Of the revenue of the period, the share that returning customers brought, their first orders "
    "included.",
    notes=(RETURNING, REVENUE, KNOWN),
    family="customers",
    unit=Unit.SHARE,
    of="customers",
    in_money=True,
)
def returning_revenue_share(tables: Tables, _: Question) -> ir.Table:
    spent = tables.spending
    brought = spent.revenue.sum(where=spent.is_returning).fill_null(0).cast("float64")
    share = brought / spent.revenue.sum().cast("float64").nullif(0.0)
    return spent.group_by("currency").aggregate(value=share, n=spent.count())


@figure(
    key="first_revenue",
    title="Revenue from first orders",
    definition="Revenue of the period from orders that were their customer's first ever.",
    notes=(REVENUE, KNOWN),
    family="customers",
    unit=Unit.MONEY,
    of="first orders",
    in_money=True,
)
def first_revenue(tables: Tables, ask: Question) -> ir.Table:
    return _revenue_of(tables, ask, is_first=True)


@figure(
    key="repeat_revenue",
    title="Revenue from later orders",
    definition="Revenue of the period from orders that were not their customer's first.",
    notes=(REVENUE, KNOWN),
    family="customers",
    unit=Unit.MONEY,
    of="later orders",
    in_money=True,
)
def repeat_revenue(tables: Tables, ask: Question) -> ir.Table:
    return _revenue_of(tables, ask, is_first=False)


@figure(
    key="revenue_per_first_time_customer",
    title="Revenue per first-time customer",
    definition="Revenue of the period from first-time customers, divided by their number.",
    notes=(RETURNING, REVENUE, KNOWN),
    family="customers",
    unit=Unit.MONEY,
    of="first-time customers",
    in_money=True,
)
def revenue_per_first_time_customer(tables: Tables, _: Question) -> ir.Table:
    return _revenue_per(tables, is_returning=False)


@figure(
    key="revenue_per_returning_customer",
    title="Revenue per returning customer",
    definition="Revenue of the period from returning customers, divided by their number.",
    notes=(RETURNING, REVENUE, KNOWN),
    family="customers",
    unit=Unit.MONEY,
    of="returning customers",
    in_money=True,
)
def revenue_per_returning_customer(tables: Tables, _: Question) -> ir.Table:
    return _revenue_per(tables, is_returning=True)


@figure(
    key="returning_to_first_time_ratio",
    title="A returning customer is worth",
    definition="Revenue per returning customer by that per first-time customer (4: 300 % more).",
    notes=(RETURNING, REVENUE, KNOWN),
    family="customers",
    unit=Unit.RATIO,
    of="customers",
    in_money=True,
)
def returning_to_first_time_ratio(tables: Tables, _: Question) -> ir.Table:
    spent = tables.spending
    amount = spent.revenue.cast("float64")
    returning = amount.mean(where=spent.is_returning)
    first_time = amount.mean(where=~spent.is_returning)
    return spent.group_by("currency").aggregate(value=returning / first_time.nullif(0.0), n=spent.count())


def _revenue_of(tables: Tables, ask: Question, *, is_first: bool) -> ir.Table:
    bought = ask.within(tables.purchases, "placed_on")
    chosen = bought.filter((bought.nth == 1) if is_first else (bought.nth > 1))
    return chosen.group_by("currency").aggregate(value=chosen.revenue.sum().cast("int64"), n=chosen.count())


def _revenue_per(tables: Tables, *, is_returning: bool) -> ir.Table:
    spent = tables.spending
    chosen = spent.filter(spent.is_returning if is_returning else ~spent.is_returning)
    return chosen.group_by("currency").aggregate(
        value=chosen.revenue.cast("float64").mean(), n=chosen.count()
    )
