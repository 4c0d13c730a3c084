"""One batch of orders into the database: the rows and their history."""

from __future__ import annotations

from dataclasses import dataclass

from aftercart.connectors.actions.bulk import Bulk
from aftercart.connectors.actions.clearing import clear_orders
from aftercart.connectors.actions.existing import classify
from aftercart.connectors.actions.history import write_history
from aftercart.connectors.models import Kept, Run
from aftercart.connectors.staging.sql import text
from aftercart.connectors.staging.stage import Stage
from aftercart.orders.models import Fulfilment, FulfilmentLine, Line, Order, Payment, Refund
from aftercart.reviews.models import Review
from aftercart.stores.models import Channel
from aftercart.tracking.models import Parcel, ParcelLine, Scan


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What the pieces of a batch share. ``now`` is the same for the whole run, however often it is resumed."""

    stage: Stage
    bulk: Bulk
    run: Run
    channel: Channel
    now: str

    @property
    def actor(self) -> str:
        """The literal that says who did it."""
        return text(self.run.source)


def write_orders(writing: Writing, batch: int) -> tuple[dict[str, int], set[int]]:
    """Write what is new or changed of a batch; returns how many orders were added, changed, unchanged, kept,
    and the customers whose orders these are or were.

    Must run in a transaction.
    """
    fates, customers = classify(writing.stage, writing.run, batch), set[int]()
    if fates["new"] or fates["changed"]:
        customers = _people_before(writing)
        _select(writing, batch, fates["new"])
        if fates["changed"]:
            clear_orders(_changed(writing.stage))
        _orders(writing)
        _lines(writing)
        _money(writing)
        _deliveries(writing)
        _reviews(writing)
        write_history(writing)
        customers |= _people(writing.stage)
    if fates["kept"]:
        _kept(writing)
    counts = {
        "orders_added": fates["new"],
        "orders_changed": fates["changed"],
        "orders_unchanged": fates["same"],
        "orders_kept": fates["kept"],
    }
    return counts, customers


def _people_before(writing: Writing) -> set[int]:
    """Whom the changed orders belonged to until now."""
    changed = _changed(writing.stage)
    owners = Order.objects.filter(pk__in=changed, customer__isnull=False)
    return {int(pk) for pk in owners.values_list("customer_id", flat=True)}


def _changed(stage: Stage) -> list[int]:
    return [row[0] for row in stage.con.execute("SELECT order_id FROM c WHERE fate = 'changed'").fetchall()]


def _people(stage: Stage) -> set[int]:
    return {
        row[0]
        for row in stage.con.execute("SELECT DISTINCT customer_id FROM b WHERE customer_id > 0").fetchall()
    }


def _select(writing: Writing, batch: int, count: int) -> None:
    """``b``: the orders to write with their ids, customers and all columns of ``f_order``."""
    first = writing.bulk.reserve(Order, count) if count else 0
    writing.stage.con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE b AS
        SELECT f.*, c.fate = 'new' AS is_new, p.customer_id, coalesce(
            c.order_id, {first} - 1 + row_number() OVER (PARTITION BY c.fate ORDER BY f.seq)) AS order_id
        FROM c JOIN f_order f ON f.seq = c.seq LEFT JOIN person_id p ON p.pid = f.pid
        WHERE f.batch = {batch} AND c.fate IN ('new', 'changed') ORDER BY f.seq
        """
    )


SENT = "WHEN fulfilment_state = 'fulfilled' THEN 'completed'"
SAME_NAME = (
    *(
        "number",
        "customer_id",
        "email",
        "email_key",
        "phone",
        "currency",
        "payment_state",
        "fulfilment_state",
    ),
    *("discount_code", "payment_method", "shipping_method", "ship_to", "bill_to", "ship_country"),
    *("ship_postcode_key", "placed_at", "promised_on", "cancelled_at", "cancel_reason", "tags"),
)
AMOUNTS = ("subtotal", "discount", "shipping", "fee", "tax", "adjustment", "total", "paid", "refunded")


def _orders(writing: Writing) -> None:
    moving = {column: column for column in SAME_NAME} | {f"{amount}_minor": amount for amount in AMOUNTS}
    moving |= {
        "language": f"coalesce(nullif(language, ''), {text(writing.channel.default_language)})",
        "state": f"CASE WHEN is_cancelled THEN 'cancelled' {SENT} ELSE 'open' END",
        "prices_include_tax": "has_tax_inside",
        "import_digest": "digest",
        "updated_at": writing.now,
    }
    fixed = {
        "id": "order_id",
        "channel_id": str(writing.channel.pk),
        "external_id": "external_id",
        "source": text(writing.run.format),
        "import_id": str(writing.run.pk),
        "created_at": writing.now,
    }
    writing.bulk.insert(Order, fixed | moving, "(SELECT * FROM b WHERE is_new ORDER BY seq)")
    if writing.stage.number("SELECT count(*) FROM b WHERE NOT is_new"):
        writing.bulk.update(Order, {"id": "order_id"} | moving, "(SELECT * FROM b WHERE NOT is_new)")


def _lines(writing: Writing) -> None:
    """``bl``: the lines with their ids, by which shipments and refunds name them."""
    con = writing.stage.con
    first = writing.bulk.reserve(Line, writing.stage.number("SELECT sum(lines) FROM b"))
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE bl AS
        SELECT {first} - 1 + row_number() OVER (ORDER BY f.seq, f.lid) AS line_id, b.order_id, f.*,
            row_number() OVER (PARTITION BY f.seq ORDER BY f.lid) AS position
        FROM b JOIN f_line f ON f.seq = b.seq
        WHERE f.batch = (SELECT any_value(batch) FROM b)
        """
    )
    columns = {
        "id": "line_id",
        "order_id": "order_id",
        "position": "position",
        "kind": "kind",
        "variant_id": "v.id",
        "sku": "bl.sku",
        "title": "title",
        "quantity": "quantity",
        "unit_price_minor": "unit_minor",
        "discount_minor": "discount_minor",
        "tax_minor": "tax_minor",
        "total_minor": "quantity * unit_minor - discount_minor",
        "fulfilled_quantity": "fulfilled",
        "cancelled_quantity": "cancelled",
        "refunded_quantity": "refunded",
        "image_url": "image_url",
    }
    writing.bulk.insert(Line, columns, "bl LEFT JOIN variant_id v ON v.sku = bl.sku")


def _money(writing: Writing) -> None:
    con, prefix = writing.stage.con, text(f"import:{writing.channel.pk}:")
    for table, model in (("payment", Payment), ("refund", Refund)):
        count = writing.stage.number(f"SELECT count(*) FROM b JOIN f_{table} f USING (seq)")
        first = writing.bulk.reserve(model, count)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE b{table} AS SELECT {first} - 1 + row_number() OVER () AS id, b.order_id, "
            f"b.external_id, b.number, b.customer_id, b.currency, b.total, b.is_credit_note, f.* "
            f"FROM b JOIN f_{table} f ON f.seq = b.seq"
        )
    paid = {
        "id": "id",
        "order_id": "order_id",
        "key": f"{prefix} || external_id || ':' || position",
        "method": "method",
        "reference": "reference",
        "amount_minor": "amount_minor",
        "paid_at": "paid_at",
        "actor": writing.actor,
    }
    writing.bulk.insert(Payment, paid, "bpayment")
    pieces = (
        "(SELECT to_json(list([bl.line_id, r.piece.quantity] ORDER BY bl.line_id))::VARCHAR "
        "FROM (SELECT unnest(lines) AS piece) r JOIN bl ON bl.order_id = b.order_id AND bl.lid = r.piece.lid)"
    )
    back = {
        "id": "id",
        "order_id": "order_id",
        "key": f"left({prefix} || external_id || ':' || name, 160)",
        "amount_minor": "amount_minor",
        "reason": "left(reason, 200)",
        "lines": f"coalesce({pieces}, '[]')",
        "refunded_at": "refunded_at",
        "actor": writing.actor,
    }
    writing.bulk.insert(Refund, back, "(SELECT * FROM brefund) b")


def _deliveries(writing: Writing) -> None:
    """Every shipment is a fulfilment; the first holds the order's sent lines. Parcels have scans."""
    con, bulk, prefix = writing.stage.con, writing.bulk, text(f"import:{writing.channel.pk}:")
    count = writing.stage.number("SELECT count(*) FROM b JOIN f_shipment f USING (seq)")
    if not count:
        con.execute("CREATE OR REPLACE TEMP TABLE bship AS SELECT 0 AS id WHERE false")
        return
    fulfilment, parcel, scan = (
        bulk.reserve(Fulfilment, count),
        bulk.reserve(Parcel, count),
        bulk.reserve(Scan, 2 * count),
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE bship AS
        SELECT {fulfilment} - 1 + row_number() OVER () AS id, {parcel} - 1 + row_number() OVER () AS parcel_id,
            {scan} - 1 + 2 * row_number() OVER () AS scan_id, b.order_id, b.number, b.customer_id, b.fulfilment_state,
            {prefix} || b.external_id || ':' || f.position AS key, f.*
        FROM b JOIN f_shipment f ON f.seq = b.seq
        """
    )
    sent = {
        "id": "id",
        "order_id": "order_id",
        "key": "key",
        "fulfilled_at": "shipped_at",
        "actor": writing.actor,
    }
    bulk.insert(Fulfilment, sent, "bship")
    goods = "bship s JOIN bl ON bl.order_id = s.order_id AND bl.fulfilled > 0 WHERE s.position = 1"
    packed = {"line_id": "line_id", "quantity": "fulfilled"}
    bulk.insert(FulfilmentLine, {"fulfilment_id": "s.id"} | packed, goods)
    _parcels(writing)
    bulk.insert(ParcelLine, {"parcel_id": "s.parcel_id"} | packed, f"{goods} AND s.is_parcel")
    _scans(writing)


def _parcels(writing: Writing) -> None:
    parcels = {
        "id": "parcel_id",
        "order_id": "order_id",
        "fulfilment_id": "id",
        "carrier": "carrier",
        "tracking_number": "tracking_number",
        "tracking_url": "tracking_url",
        "status": "CASE WHEN is_delivered THEN 'delivered' ELSE 'in_transit' END",
        "status_at": "coalesce(delivered_at, shipped_at)",
        "promised_on": "promised_on",
        "shipped_at": "shipped_at",
        "delivered_at": "delivered_at",
        "key": "key",
        "import_id": str(writing.run.pk),
        "created_at": writing.now,
    }
    writing.bulk.insert(Parcel, parcels, "(SELECT * FROM bship WHERE is_parcel)")


def _scans(writing: Writing) -> None:
    told = {
        "id": "scan_id",
        "parcel_id": "parcel_id",
        "message": "''",
        "place": "''",
        "recorded_at": writing.now,
        "key": "'import:' || status",
        "status": "status",
        "occurred_at": "at_",
    }
    left = "SELECT scan_id, parcel_id, 'in_transit' AS status, shipped_at AS at_ FROM bship WHERE is_parcel"
    arrived = "SELECT scan_id + 1, parcel_id, 'delivered', delivered_at FROM bship WHERE is_parcel"
    writing.bulk.insert(Scan, told, f"({left} UNION ALL {arrived} AND delivered_at IS NOT NULL)")


def _reviews(writing: Writing) -> None:
    con = writing.stage.con
    first = writing.bulk.reserve(
        Review, writing.stage.number("SELECT count(*) FROM b JOIN f_review f USING (seq)")
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE breview AS SELECT {first} - 1 + row_number() OVER () AS id, b.order_id, "
        "b.external_id, b.customer_id, f.* FROM b JOIN f_review f ON f.seq = b.seq"
    )
    columns = {
        "id": "id",
        "order_id": "order_id",
        "customer_id": "customer_id",
        "score": "score",
        "title": "title",
        "text": "text",
        "source": text(f"{writing.run.format}:{writing.channel.pk}"[:60]),
        "external_id": "external_id || '#' || position",
        "import_id": str(writing.run.pk),
        "written_at": "written_at",
        "created_at": writing.now,
    }
    writing.bulk.insert(Review, columns, "breview")


def _kept(writing: Writing) -> None:
    """Remember which orders were left alone, and why; they are listed with the rejected rows."""
    rows = writing.stage.con.execute(
        "SELECT f.external_id, files.name, f._row, c.why FROM c JOIN f_order f USING (seq) "
        "JOIN files ON files.file = f._file WHERE c.fate = 'kept' ORDER BY c.seq"
    ).fetchall()
    Kept.objects.bulk_create(
        Kept(run=writing.run, external_id=external_id, file=file, row=row, reason=why)
        for external_id, file, row, why in rows
    )
