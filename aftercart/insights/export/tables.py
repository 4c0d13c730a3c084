"""The exported tables, column by column, and where each comes from. See docs/figures.md.

Raise :data:`SCHEMA_VERSION` with every change here: files of another version are written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db.models import Model, QuerySet

from aftercart.claims.models import Claim
from aftercart.customers.models import Customer
from aftercart.guides.models import Outcome
from aftercart.helpdesk.models import Ticket
from aftercart.insights.export.looking import with_promise, with_scans
from aftercart.orders.models import Line, Order
from aftercart.reviews.models import Review
from aftercart.stores.models import Channel
from aftercart.tracking.models import Parcel

SCHEMA_VERSION = 2
CHUNK_SPAN = 50_000
LOOSE = -1  # the chunk of rows whose ``chunk_by`` is empty, such as reviews of no order
MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One exported column. ``source`` is a Django lookup; ``zone_of`` one to the channel whose date it is."""

    name: str
    kind: pa.DataType
    meaning: str
    source: str
    zone_of: str = ""


@dataclass(frozen=True, kw_only=True)
class ExportTable:
    """One exported table: the rows of ``model`` whose ``chunk_by`` // :data:`CHUNK_SPAN` is the chunk."""

    name: str
    model: type[Model]
    chunk_by: str
    order_by: tuple[str, ...]
    columns: tuple[Column, ...]
    choose: Callable[[QuerySet[Any]], QuerySet[Any]] = QuerySet.all

    def rows(self) -> QuerySet[Model]:
        """All rows of the table in the database: those of the model that ``choose`` takes, with what it adds."""
        return self.choose(QuerySet(self.model))

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the files."""
        return pa.schema([pa.field(column.name, column.kind) for column in self.columns])


def _int(name: str, meaning: str, source: str = "") -> Column:
    return Column(name=name, kind=pa.int64(), meaning=meaning, source=source or name)


def _text(name: str, meaning: str, source: str = "") -> Column:
    return Column(name=name, kind=pa.string(), meaning=meaning, source=source or name)


def _moment(name: str, meaning: str) -> Column:
    return Column(name=name, kind=MOMENT, meaning=meaning, source=name)


def _day(name: str, meaning: str, source: str = "", zone_of: str = "") -> Column:
    return Column(name=name, kind=pa.date32(), meaning=meaning, source=source or name, zone_of=zone_of)


ORDERS = ExportTable(
    name="orders",
    model=Order,
    chunk_by="id",
    order_by=("id",),
    columns=(
        _int("id", "The order."),
        _int("channel_id", "Where it was placed."),
        _text("number", "Its number, unique in the channel."),
        _int("customer_id", "Who ordered; empty when nobody is known."),
        _text("state", "open, completed or cancelled."),
        _text("payment_state", "pending, partly_paid, paid, partly_refunded, refunded or failed."),
        _text("fulfilment_state", "unfulfilled, partial or fulfilled."),
        _text("currency", "ISO 4217; every amount of the row is in its minor units."),
        _int("subtotal_minor", "Lines after their own discounts."),
        _int("discount_minor", "Discount on the order."),
        _int("shipping_minor", "Shipping."),
        _int("fee_minor", "Fees."),
        _int("tax_minor", "Tax, contained or on top."),
        _int("total_minor", "What the shopper owes in all."),
        _int("paid_minor", "Received so far."),
        _int("refunded_minor", "Given back so far."),
        _text("discount_code", "The code used; empty without."),
        _text("payment_method", "How it was paid."),
        _text("language", "The shopper's language."),
        _text("ship_country", "ISO 3166 country it goes to."),
        _text("source", "Where the order came from."),
        _moment("placed_at", "When it was placed."),
        _day("placed_on", "The same as a date where the channel is.", "placed_at", zone_of="channel_id"),
        _day("promised_on", "The promised delivery date; empty without a promise."),
        _day("likely_on", "The likely day (p50) as told when it was placed; empty when we promised nothing."),
        _day("by_on", "The day it should come by (p90) as told when it was placed; never changed."),
        _moment("cancelled_at", "When it was cancelled in full."),
    ),
    choose=with_promise,
)
LINES = ExportTable(
    name="lines",
    model=Line,
    chunk_by="order_id",
    order_by=("order_id", "position"),
    columns=(
        _int("id", "The line."),
        _int("order_id", "Its order."),
        _int("position", "Its place in the order."),
        _text("kind", "product, fee or gift_card."),
        _int("variant_id", "The variant; empty when unknown to the catalog."),
        _int("product_id", "Its product.", "variant__product_id"),
        _text("sku", "Stock keeping unit as ordered."),
        _text("title", "Title as ordered."),
        _int("quantity", "Pieces ordered."),
        _int("cancelled_quantity", "Of these, cancelled."),
        _int("refunded_quantity", "Of these, refunded."),
        _int("unit_price_minor", "Price of a piece, minor units of the order's currency."),
        _int("discount_minor", "The line's own discount."),
        _int("tax_minor", "The line's tax."),
        _int("total_minor", "quantity x unit price - discount."),
    ),
)
CUSTOMERS = ExportTable(
    name="customers",
    model=Customer,
    chunk_by="id",
    order_by=("id",),
    columns=(
        _int("id", "The customer: no name, address or e-mail is exported."),
        _text("country", "ISO 3166 country."),
        _text("language", "Preferred language."),
        _int("orders_count", "Orders that were not cancelled."),
        _moment("first_order_at", "The first of these."),
        _moment("last_order_at", "The newest of these."),
        _moment("created_at", "When the customer became known here."),
        _moment("erased_at", "When the person was erased on request."),
    ),
)
PARCELS = ExportTable(
    name="parcels",
    model=Parcel,
    chunk_by="order_id",
    order_by=("order_id", "id"),
    columns=(
        _int("id", "The parcel."),
        _int("order_id", "Its order."),
        _text("carrier", "Who carries it."),
        _text("status", "Its status, derived from the newest scan."),
        _day("status_on", "Since when, as a date where the channel is.", "status_at", "order__channel_id"),
        _day("promised_on", "Promised for; empty without a promise."),
        _moment("shipped_at", "When it left."),
        _moment("delivered_at", "When it arrived; empty while it has not, or nobody said when."),
        _day("delivered_on", "The same as a date where the channel is.", "delivered_at", "order__channel_id"),
        _moment("first_scan_at", "The first scan that shows it in the carrier's hands."),
        _moment("out_at", "The first scan that it is out for delivery."),
        _int("failed_attempts", "Scans that an attempt to deliver failed."),
    ),
    choose=with_scans,
)
REVIEWS = ExportTable(
    name="reviews",
    model=Review,
    chunk_by="order_id",
    order_by=("order_id", "id"),
    columns=(
        _int("id", "The review."),
        _int("order_id", "The order it is about; may be empty."),
        _int("product_id", "The product it is about; may be empty."),
        _int("customer_id", "Who wrote; may be empty."),
        _int("score", "1 to 5."),
        _text("source", "Where it was written."),
        _moment("written_at", "When it was written."),
    ),
)
QUESTIONS = ExportTable(
    name="questions",
    model=Ticket,
    chunk_by="id",
    order_by=("id",),
    columns=(
        _int("id", "The conversation; what was said in it is not exported."),
        _int("channel_id", "Where it was opened."),
        _int("order_id", "The order it is about; may be empty."),
        _text("topic", "What it was opened about."),
        _text("via", "How it came: portal, email, chat or api."),
        _moment("opened_at", "When it was opened."),
        _day("opened_on", "The same as a date where the channel is.", "opened_at", zone_of="channel_id"),
    ),
)
CLAIMS = ExportTable(
    name="claims",
    model=Claim,
    chunk_by="id",
    order_by=("id",),
    columns=(
        _int("id", "The reported problem."),
        _int("channel_id", "Where its order was placed."),
        _int("order_id", "The order."),
        _int("parcel_id", "The parcel; empty when it is not known which."),
        _text("kind", "damaged, missing, wrong or not_arrived."),
        _text("state", "waiting, decided, settled or declined."),
        _text("outcome", "refund, replacement, declined or ask."),
        _int("value_minor", "What was paid for the pieces, minor units of the order's currency."),
        _moment("made_at", "When it was reported."),
        _day("made_on", "The same as a date where the channel is.", "made_at", zone_of="channel_id"),
    ),
)
ANSWERS = ExportTable(
    name="answers",
    model=Outcome,
    chunk_by="id",
    order_by=("id",),
    columns=(
        _int("id", "The answer to a guide's question whether it worked."),
        _int("channel_id", "Where the order was placed; empty without an order.", "order__channel_id"),
        _text("guide", "The guide's short name.", "guide__handle"),
        Column(name="has_worked", kind=pa.bool_(), meaning="Whether it worked.", source="has_worked"),
        _moment("told_at", "When it was said."),
        _day("told_on", "The same as a date where the channel is, else UTC.", "told_at", "order__channel_id"),
    ),
)
CHANNELS = ExportTable(
    name="channels",
    model=Channel,
    chunk_by="id",
    order_by=("id",),
    columns=(
        _int("id", "The channel."),
        _text("slug", "Its short name."),
        _text("name", "Its name."),
        _text("kind", "own, connected, marketplace or files."),
        _text("currency", "Its usual currency."),
        _text("timezone", "Where its dates are."),
    ),
)

TABLES: Mapping[str, ExportTable] = {
    table.name: table
    for table in (ORDERS, LINES, CUSTOMERS, PARCELS, REVIEWS, QUESTIONS, CLAIMS, ANSWERS, CHANNELS)
}
OF_AN_ORDER = ("orders", "lines", "parcels", "reviews")


def chunk_of(key: int | None) -> int:
    """The chunk a row with this ``chunk_by`` value is in."""
    return LOOSE if key is None else key // CHUNK_SPAN


def rows_of(table: ExportTable, chunk: int) -> QuerySet[Model]:
    """The rows of a chunk, in order."""
    span: dict[str, int | bool] = {"isnull": True}
    if chunk != LOOSE:
        span = {"gte": chunk * CHUNK_SPAN, "lt": (chunk + 1) * CHUNK_SPAN}
    found = table.rows().filter(**{f"{table.chunk_by}__{name}": value for name, value in span.items()})
    return found.order_by(*table.order_by)


def converter(column: Column, zones: Mapping[int, ZoneInfo]) -> Callable[[Any, Any], Any] | None:
    """How a value of the database becomes the column's, given the row's channel; ``None``: as it is.

    Moments are cut to the second, so that every engine counts the same seconds between two of them.
    """
    if column.zone_of:
        return lambda moment, channel: local_day(moment, zones[channel] if channel else UTC)
    if column.kind == MOMENT:
        return lambda moment, _: moment.replace(microsecond=0) if moment else None
    return None


def local_day(moment: datetime | None, zone: tzinfo) -> date | None:
    """The date of a moment where the channel is."""
    return moment.astimezone(zone).date() if moment else None
