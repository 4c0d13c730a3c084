"""What people had to ask, what went wrong with parcels, and whether guides work."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from aftercart.insights.figures.figure import WEEKS, Question, Shape, Unit, figure
from aftercart.insights.figures.tables import Tables
from aftercart.insights.figures.ways import named

ASKED = (
    "A question is a conversation that a customer opened, whichever way; what is written in a running one is "
    "none of its own. Questions of the period by 100 orders placed in it: they need not be about the same orders."
)
WISMO = "Of the topic “where is my order”, as it was chosen when the conversation was opened."
CLAIMED = (
    "Problems reported in the period by 100 parcels that arrived in it. Declined ones count too. By the date "
    "where the channel is."
)
TOPICS = {
    "where": "Where is my order?",
    "change": "Change or cancel",
    "wrong": "Something is wrong",
    "claim": "A problem was reported",
    "return": "Return or exchange",
    "payment": "Payment or invoice",
    "product": "How it works",
    "other": "Something else",
}
ALL = "all"
KINDS = {
    ALL: "All problems",
    "damaged": "Damaged",
    "missing": "Missing",
    "wrong": "Wrong item",
    "not_arrived": "Delivered, not arrived",
}


@figure(
    key="wismo_per_100_orders",
    title="Where is my order? Per 100 orders",
    definition="Questions where the order is, per 100 orders placed.",
    notes=(WISMO, ASKED),
    family="help",
    unit=Unit.PER_100,
    of="orders",
    less_is_better=True,
)
def wismo_per_100_orders(tables: Tables, ask: Question) -> ir.Table:
    return _rate(_orders(tables, ask), _where(tables, ask))


@figure(
    key="questions_per_100_orders",
    title="Questions per 100 orders",
    definition="All questions, per 100 orders placed.",
    notes=(ASKED,),
    family="help",
    unit=Unit.PER_100,
    of="orders",
    less_is_better=True,
)
def questions_per_100_orders(tables: Tables, ask: Question) -> ir.Table:
    return _rate(_orders(tables, ask), _questions(tables, ask))


@figure(
    key="wismo_over_time",
    title="Where is my order? Over time",
    definition="Questions where the order is, per 100 orders placed in the same time.",
    notes=(WISMO, ASKED, WEEKS),
    family="help",
    unit=Unit.PER_100,
    of="orders",
    shape=Shape.LINE,
    by_grain=True,
)
def wismo_over_time(tables: Tables, ask: Question) -> ir.Table:
    placed, asked = _orders(tables, ask), _where(tables, ask)
    rates = _rate(
        placed.select(bucket=ask.bucket(placed.placed_on)),
        asked.select(bucket=ask.bucket(asked.opened_on)),
        "bucket",
    )
    return rates.order_by("bucket")


@figure(
    key="questions_by_topic",
    title="Questions by topic",
    definition="Questions of each topic, per 100 orders placed.",
    notes=(ASKED,),
    family="help",
    unit=Unit.PER_100,
    of="orders",
    shape=Shape.GROUPS,
    by="Topic",
    names=TOPICS,
)
def questions_by_topic(tables: Tables, ask: Question) -> ir.Table:
    asked = _questions(tables, ask)
    return _of_all(_orders(tables, ask), asked.select(group=named(asked.topic)))


@figure(
    key="claims_per_100_parcels",
    title="Problems per 100 parcels",
    definition="Problems that shoppers reported, per 100 parcels that arrived.",
    notes=(CLAIMED,),
    family="help",
    unit=Unit.PER_100,
    of="arrived parcels",
    less_is_better=True,
)
def claims_per_100_parcels(tables: Tables, ask: Question) -> ir.Table:
    return _rate(_parcels(tables, ask), _claims(tables, ask))


@figure(
    key="claims_by_kind",
    title="Problems by kind",
    definition="Problems of each kind, per 100 parcels that arrived.",
    notes=(CLAIMED,),
    family="help",
    unit=Unit.PER_100,
    of="arrived parcels",
    shape=Shape.GROUPS,
    by="Kind",
    names=KINDS,
)
def claims_by_kind(tables: Tables, ask: Question) -> ir.Table:
    claimed = _claims(tables, ask)
    return _of_all(_parcels(tables, ask), claimed.select(group=claimed.kind))


@figure(
    key="claims_by_carrier",
    title="Problems by carrier",
    definition="Problems with each carrier's parcels, all and by kind, per 100 of its parcels that arrived. "
    "Problems of which the parcel is not known are left out.",
    notes=(CLAIMED,),
    family="help",
    unit=Unit.PER_100,
    of="arrived parcels",
    shape=Shape.GROUPS,
    by="Carrier",
    part="Kind",
    names=KINDS,
)
def claims_by_carrier(tables: Tables, ask: Question) -> ir.Table:
    sent, parcels, claimed = _parcels(tables, ask), tables.exported.parcels, _claims(tables, ask)
    boxes = parcels.select(box=parcels.id, group=named(parcels.carrier))
    joined = claimed.inner_join(boxes, claimed.parcel_id == boxes.box).select("group", part=claimed.kind)
    sent = sent.select(group=sent.carrier)
    whole = _rate(sent, joined.select("group"), "group").mutate(part=ibis.literal(ALL))
    size = whole.select(carrier=whole.group, arrived=whole.n)
    kinds = joined.group_by("group", "part").aggregate(found=joined.count())
    shares = kinds.inner_join(size, kinds.group == size.carrier)
    shares = shares.select("group", "part", value=_per_100(shares.found, shares.arrived), n=shares.arrived)
    return ibis.union(whole.select("group", "part", "value", "n"), shares).order_by("group", "part")


@figure(
    key="guides_worked_share",
    title="Guides that worked",
    definition="Of the answers to a guide's question whether it worked, the share that said yes. By the date of "
    "the answer; with a channel chosen, answers that came with one of its orders.",
    family="help",
    unit=Unit.SHARE,
    of="answers",
)
def guides_worked_share(tables: Tables, ask: Question) -> ir.Table:
    told = ask.within(tables.answers, "told_on")
    return told.aggregate(value=told.has_worked.cast("float64").mean(), n=told.count())


@figure(
    key="guides_worked_by_guide",
    title="Which guides worked",
    definition="Of the answers to each guide's question whether it worked, the share that said yes. By the date "
    "of the answer; with a channel chosen, answers that came with one of its orders.",
    family="help",
    unit=Unit.SHARE,
    of="answers",
    shape=Shape.GROUPS,
    by="Guide",
)
def guides_worked_by_guide(tables: Tables, ask: Question) -> ir.Table:
    told = ask.within(tables.answers, "told_on")
    worked = told.has_worked.cast("float64").mean()
    return told.group_by(group=told.guide).aggregate(value=worked, n=told.count()).order_by("group")


def _orders(tables: Tables, ask: Question) -> ir.Table:
    return ask.within(tables.orders, "placed_on")


def _questions(tables: Tables, ask: Question) -> ir.Table:
    return ask.within(tables.questions, "opened_on")


def _where(tables: Tables, ask: Question) -> ir.Table:
    asked = _questions(tables, ask)
    return asked.filter(asked.topic == "where")


def _parcels(tables: Tables, ask: Question) -> ir.Table:
    return ask.within(tables.ways, "arrived_on")


def _claims(tables: Tables, ask: Question) -> ir.Table:
    return ask.within(tables.claims, "made_on")


def _rate(base: ir.Table, found: ir.Table, *keys: str) -> ir.Table:
    """Rows of ``found`` per 100 of ``base``, by the keys that both have; a key of either side has a row."""
    zero = ibis.literal(0, "int64")
    sides = ibis.union(
        base.aggregate(by=keys, base=base.count(), found=zero),
        found.aggregate(by=keys, base=zero, found=found.count()),
    )
    n = sides.base.sum().cast("int64")
    return sides.aggregate(by=keys, value=_per_100(sides.found.sum(), n), n=n)


def _of_all(base: ir.Table, found: ir.Table) -> ir.Table:
    """Each group of ``found`` per 100 of all of ``base``."""
    groups = found.group_by("group").aggregate(found=found.count())
    joined = groups.cross_join(base.aggregate(n=base.count()))
    shares = joined.select("group", value=_per_100(joined.found, joined.n), n=joined.n)
    return shares.order_by("group")


def _per_100(found: Any, base: Any) -> Any:
    return found.cast("float64") * 100 / base.cast("float64").nullif(0.0)
