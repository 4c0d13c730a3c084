"""Whether parcels kept their promise, where the days went, and who delivers at the first attempt."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from aftercart.insights.figures.figure import WEEKS, Question, Shape, Unit, figure
from aftercart.insights.figures.tables import Tables
from aftercart.insights.figures.ways import STAGES, reached, stages

ARRIVED = "Parcels to shoppers that arrived at a known time, by that date where the channel is."
TOLD = (
    "The promised day is the one told when the order was placed: ours (p90, or by rule), else the store's own. The "
    "likely day (p50) is told by us alone, and n of it may be smaller. The day itself is in time."
)
STAGE = (
    "A stage counts where both its moments are known and in order, so stages do not add up to the whole. Sent: "
    "handed over, or first seen moving; first scan: in the carrier's hands; out: the first scan that says so. "
    "In whole hours, rounded up: the least within which half (median) or nine of ten were through."
)
KEPT = {"value": "By the promised day", "likely": "By the likely day"}
TOOK = {"value": "Median", "p90": "Nine of ten"}
TOP = 20


@figure(
    key="promise_kept_share",
    title="Arrived by the promised day",
    definition="Of the parcels that arrived and were promised, the share that came by the promised day.",
    notes=(TOLD, ARRIVED),
    family="delivery",
    unit=Unit.SHARE,
    of="promised parcels",
)
def promise_kept_share(tables: Tables, ask: Question) -> ir.Table:
    sent = _promised(tables, ask)
    return sent.aggregate(value=sent.is_by.cast("float64").mean(), n=sent.count())


@figure(
    key="likely_kept_share",
    title="Arrived by the likely day",
    definition="Of the parcels that arrived and were told a likely day (p50), the share that came by it.",
    notes=(TOLD, ARRIVED),
    family="delivery",
    unit=Unit.SHARE,
    of="parcels with a likely day",
)
def likely_kept_share(tables: Tables, ask: Question) -> ir.Table:
    sent = ask.within(tables.ways.filter(tables.ways.is_likely.notnull()), "arrived_on")
    return sent.aggregate(value=sent.is_likely.cast("float64").mean(), n=sent.count())


@figure(
    key="promise_kept_over_time",
    title="Promises kept over time",
    definition="The share of promised parcels that came by the promised and by the likely day.",
    notes=(TOLD, ARRIVED, WEEKS),
    family="delivery",
    unit=Unit.SHARE,
    of="promised parcels",
    shape=Shape.LINE,
    by_grain=True,
    columns=KEPT,
)
def promise_kept_over_time(tables: Tables, ask: Question) -> ir.Table:
    sent = _promised(tables, ask)
    return _kept(sent.mutate(bucket=ask.bucket(sent.arrived_on)), "bucket")


@figure(
    key="promise_kept_by_carrier",
    title="Promises kept by carrier",
    definition="The share of each carrier's promised parcels that came by the promised and by the likely day.",
    notes=(TOLD, ARRIVED),
    family="delivery",
    unit=Unit.SHARE,
    of="promised parcels",
    shape=Shape.GROUPS,
    by="Carrier",
    columns=KEPT,
)
def promise_kept_by_carrier(tables: Tables, ask: Question) -> ir.Table:
    sent = _promised(tables, ask)
    return _kept(sent.mutate(group=sent.carrier), "group")


@figure(
    key="promise_kept_by_country",
    title="Promises kept by country",
    definition="The share of promised parcels to each country that came by the promised and by the likely day.",
    notes=(TOLD, ARRIVED),
    family="delivery",
    unit=Unit.SHARE,
    of="promised parcels",
    shape=Shape.GROUPS,
    by="Country",
    columns=KEPT,
)
def promise_kept_by_country(tables: Tables, ask: Question) -> ir.Table:
    sent = _promised(tables, ask)
    return _kept(sent.mutate(group=sent.country), "group")


@figure(
    key="click_to_door",
    title="From the click to the door",
    definition="How long the stages of parcels that arrived took.",
    notes=(STAGE, ARRIVED),
    family="delivery",
    unit=Unit.DAYS,
    of="parcels",
    shape=Shape.GROUPS,
    by="Stage",
    names=STAGES,
    columns=TOOK,
)
def click_to_door(tables: Tables, _: Question) -> ir.Table:
    counts = tables.stages
    return reached(counts.select("hours", "n", group=counts.stage), "group").order_by("group")


@figure(
    key="click_to_door_by_carrier",
    title="Click to door by carrier",
    definition="How long each carrier's parcels took, whole and by stage.",
    notes=(STAGE, ARRIVED),
    family="delivery",
    unit=Unit.DAYS,
    of="parcels",
    shape=Shape.GROUPS,
    by="Carrier",
    part="Stage",
    names=STAGES,
    columns=TOOK,
)
def click_to_door_by_carrier(tables: Tables, _: Question) -> ir.Table:
    return _by_stage(tables.stages, "carrier")


@figure(
    key="click_to_door_by_country",
    title="Click to door by country",
    definition="How long parcels to each country took, whole and by stage.",
    notes=(STAGE, ARRIVED),
    family="delivery",
    unit=Unit.DAYS,
    of="parcels",
    shape=Shape.GROUPS,
    by="Country",
    part="Stage",
    names=STAGES,
    columns=TOOK,
)
def click_to_door_by_country(tables: Tables, _: Question) -> ir.Table:
    return _by_stage(tables.stages, "country")


@figure(
    key="click_to_door_by_product",
    title="Click to door by product",
    definition="How long parcels took, whole and by stage, for the 20 products (titles as ordered) on most lines "
    "of orders with a parcel that arrived. A parcel counts for each of these products in its order.",
    notes=(STAGE, ARRIVED),
    family="delivery",
    unit=Unit.DAYS,
    of="parcels",
    shape=Shape.GROUPS,
    by="Product",
    part="Stage",
    names=STAGES,
    columns=TOOK,
)
def click_to_door_by_product(tables: Tables, ask: Question) -> ir.Table:
    sent = ask.within(tables.ways, "arrived_on")
    lines = tables.exported.lines
    lines = lines.filter(lines.kind == "product", lines.title != "").select("order_id", "title")
    lines = lines.semi_join(sent, "order_id")
    counts = lines.group_by("title").aggregate(n=lines.count())
    top = counts.order_by(ibis.desc("n"), "title").limit(TOP)
    chosen = lines.semi_join(top, "title").distinct()
    chosen = chosen.select(of_order=chosen.order_id, title=chosen.title)
    joined = sent.inner_join(chosen, sent.order_id == chosen.of_order)
    return _by_stage(stages(joined, "title"), "title")


@figure(
    key="first_attempt_share",
    title="Delivered at the first attempt",
    definition="Of the parcels that arrived and were scanned on their way, the share without a failed attempt.",
    notes=(ARRIVED,),
    family="delivery",
    unit=Unit.SHARE,
    of="scanned parcels",
)
def first_attempt_share(tables: Tables, ask: Question) -> ir.Table:
    seen = _seen(tables, ask)
    return seen.aggregate(value=(seen.failed_attempts == 0).cast("float64").mean(), n=seen.count())


@figure(
    key="first_attempt_by_carrier",
    title="First attempts by carrier",
    definition="Of each carrier's parcels that arrived and were scanned on their way, the share without a failed "
    "attempt.",
    notes=(ARRIVED,),
    family="delivery",
    unit=Unit.SHARE,
    of="scanned parcels",
    shape=Shape.GROUPS,
    by="Carrier",
)
def first_attempt_by_carrier(tables: Tables, ask: Question) -> ir.Table:
    seen = _seen(tables, ask)
    first = (seen.failed_attempts == 0).cast("float64").mean()
    return seen.group_by(group=seen.carrier).aggregate(value=first, n=seen.count()).order_by("group")


def _promised(tables: Tables, ask: Question) -> ir.Table:
    sent = tables.ways
    return ask.within(sent.filter(sent.is_by.notnull()), "arrived_on")


def _seen(tables: Tables, ask: Question) -> ir.Table:
    sent = tables.ways
    return ask.within(sent.filter(sent.was_seen), "arrived_on")


def _kept(sent: ir.Table, key: str) -> ir.Table:
    shares = sent.group_by(key).aggregate(
        value=sent.is_by.cast("float64").mean(),
        likely=sent.is_likely.cast("float64").mean(),
        n=sent.count(),
        likely_n=sent.is_likely.count(),
    )
    return shares.order_by(key)


def _by_stage(counts: ir.Table, key: str) -> ir.Table:
    told = counts.select("hours", "n", group=counts[key], part=counts.stage)
    return reached(told, "group", "part").order_by("group", "part")
