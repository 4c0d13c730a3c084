"""The tables figures are written on: the exported ones, and a few derived from them once for all figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from aftercart.insights.figures.figure import Question
from aftercart.insights.figures.ways import stages, ways

SECONDS_PER_DAY = 86_400
Keep = Callable[[str, ir.Table], ir.Table]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """The exported tables, as an engine sees them."""

    orders: ir.Table
    lines: ir.Table
    customers: ir.Table
    parcels: ir.Table
    reviews: ir.Table
    questions: ir.Table
    claims: ir.Table
    answers: ir.Table
    channels: ir.Table


def as_it_is(name: str, expression: ir.Table) -> ir.Table:
    """Keep nothing: the expression stays one, down to the exported tables."""
    del name
    return expression


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What an expression may use, all of one channel when the question names one.

    ``keep`` is asked for tables that several figures share, by a name that says what they depend on, so that
    an engine can compute them once. Nothing is computed that no figure asks for.
    """

    exported: Exported
    question: Question
    keep: Keep = as_it_is

    @property
    def orders(self) -> ir.Table:
        """All orders."""
        return self._of_channel(self.exported.orders)

    @property
    def questions(self) -> ir.Table:
        """All conversations that customers opened."""
        return self._of_channel(self.exported.questions)

    @property
    def claims(self) -> ir.Table:
        """All problems that were reported."""
        return self._of_channel(self.exported.claims)

    @property
    def answers(self) -> ir.Table:
        """All answers whether a guide worked."""
        return self._of_channel(self.exported.answers)

    @property
    def reviews(self) -> ir.Table:
        """All reviews, of whatever channel: join them to orders."""
        return self.exported.reviews

    @property
    def sales(self) -> ir.Table:
        """The orders that count for revenue; see :func:`sales`."""
        return sales(self.orders)

    @property
    def purchases(self) -> ir.Table:
        """Sales to known customers with their place in the customer's history; see :func:`purchases`."""
        return self.keep(f"purchases_{self._channel}", purchases(self.orders))

    @property
    def deliveries(self) -> ir.Table:
        """Orders that have arrived; see :func:`deliveries`."""
        return self.keep(f"deliveries_{self._channel}", deliveries(self.orders, self.exported.parcels))

    @property
    def ways(self) -> ir.Table:
        """Parcels that have arrived; see :func:`ways`."""
        return self.keep(f"ways_{self._channel}", ways(self.orders, self.exported.parcels))

    @property
    def stages(self) -> ir.Table:
        """How long the stages of the period's parcels took, by carrier and country; see :func:`stages`."""
        arrived = self.question.within(self.ways, "arrived_on")
        return self.keep(f"stages_{self._channel}_{self._period}", stages(arrived, "carrier", "country"))

    @property
    def people(self) -> ir.Table:
        """A row per customer who ordered in the period: ``orders`` in it, and ``is_returning``."""
        return self.keep(f"people_{self._channel}_{self._period}", people(self.purchases, self.question))

    @property
    def spending(self) -> ir.Table:
        """A row per customer and currency of the period: ``revenue``, and ``is_returning`` in any of them."""
        spent = spending(self.purchases, self.people, self.question)
        return self.keep(f"spending_{self._channel}_{self._period}", spent)

    def _of_channel(self, table: ir.Table) -> ir.Table:
        channel = self.question.channel_id
        return table if channel is None else table.filter(table.channel_id == channel)

    @property
    def _channel(self) -> str:
        return "all" if self.question.channel_id is None else str(self.question.channel_id)

    @property
    def _period(self) -> str:
        ends = (self.question.since, self.question.until)
        return "_".join(f"{end:%Y%m%d}" if end else "open" for end in ends)


def people(purchases: ir.Table, ask: Question) -> ir.Table:
    """The customers of the period."""
    bought = ask.within(purchases, "placed_on")
    return bought.group_by("customer_id").aggregate(orders=bought.count(), is_returning=bought.nth.max() > 1)


def spending(purchases: ir.Table, people: ir.Table, ask: Question) -> ir.Table:
    """What each of them spent in each currency in the period."""
    bought = ask.within(purchases, "placed_on")
    sums = bought.group_by("customer_id", "currency").aggregate(revenue=bought.revenue.sum().cast("int64"))
    return sums.join(people.select("customer_id", "is_returning"), "customer_id")


def sales(orders: ir.Table) -> ir.Table:
    """The orders that count for revenue: not cancelled. ``revenue`` is the total less refunds, ``second`` the
    moment of purchase in whole seconds since 1970."""
    counted = orders.filter(orders.state != "cancelled")
    return counted.select(
        order_id=counted.id,
        customer_id=counted.customer_id,
        currency=counted.currency,
        second=counted.placed_at.epoch_seconds().cast("int64"),
        placed_on=counted.placed_on,
        revenue=counted.total_minor - counted.refunded_minor,
    )


def purchases(orders: ir.Table) -> ir.Table:
    """Sales to known customers: ``nth`` in the customer's history from 1, ``first_on`` the date of the first,
    ``gap_days`` since the one before (fractional; null for the first)."""
    known = sales(orders)
    known = known.filter(known.customer_id.notnull())
    history = ibis.window(group_by="customer_id", order_by=["second", "order_id"])
    return known.select(
        "customer_id",
        "currency",
        "placed_on",
        "revenue",
        nth=(ibis.row_number().over(history) + 1).cast("int64"),
        first_on=known.placed_on.first().over(history),
        gap_days=(known.second - known.second.lag(1).over(history)).cast("float64") / SECONDS_PER_DAY,
    )


def deliveries(orders: ir.Table, parcels: ir.Table) -> ir.Table:
    """Orders that have arrived: every parcel has, cancelled parcels apart.

    ``arrived_on``: when the last one did, as a date (the day its status said so when no time is known).
    ``days``: from purchase to the last arrival, known times only. ``is_late``: that arrival's date is after
    the promise (the order's, else its parcels'); null when either is not known.
    """
    arrivals = _arrivals(parcels)
    joined = orders.inner_join(arrivals, orders.id == arrivals.of_order)
    promised_on = ibis.coalesce(joined.promised_on, joined.parcels_promised_on)
    placed = joined.placed_at.epoch_seconds().cast("int64")
    return joined.select(
        order_id=joined.id,
        is_cancelled=joined.state == "cancelled",
        arrived_on=ibis.coalesce(joined.delivered_on, joined.status_on),
        days=(joined.arrived - placed).cast("float64") / SECONDS_PER_DAY,
        is_late=joined.delivered_on > promised_on,
    )


def _arrivals(parcels: ir.Table) -> ir.Table:
    """One row per order all of whose parcels arrived: the last moment (in seconds) and the last dates."""
    kept = parcels.filter(parcels.status != "cancelled")
    by_order = kept.group_by(of_order=kept.order_id).aggregate(
        has_arrived=(kept.status == "delivered").all(),
        arrived=kept.delivered_at.epoch_seconds().cast("int64").max(),
        delivered_on=kept.delivered_on.max(),
        status_on=kept.status_on.max(),
        parcels_promised_on=kept.promised_on.max(),
    )
    return by_order.filter(by_order.has_arrived)
