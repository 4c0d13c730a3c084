"""Orders and lines in their final order, amounts in minor units, states worked out, each with a digest.

Tables made: ``f_line``, ``f_payment``, ``f_refund``, ``f_shipment``, ``f_review``, ``f_order``; all carry
``seq`` (the order's place in time) and ``batch``.
"""

from __future__ import annotations

from aftercart.connectors.staging.stage import Stage

BATCH_LINES = 40_000
PLACES = frozenset({"seq", "batch", "_file", "_row"})


def minor(amount: str, unit: str = "o.unit") -> str:
    """SQL: an amount as minor units, half-even."""
    return f"round_even({amount} * {unit}, 0)::BIGINT"


def finish_orders(stage: Stage) -> None:
    """Make the final tables; orders whose total would be negative are rejected."""
    _number(stage)
    _lines(stage)
    _sums(stage)
    _totals(stage)
    _payments(stage)
    _refunds(stage)
    _followers(stage)
    _orders(stage)
    _states(stage)


def _number(stage: Stage) -> None:
    """``n``: every order's place, batch and flags. Batches hold about :data:`BATCH_LINES` lines."""
    stage.con.execute(
        f"""
        CREATE TABLE n AS
        WITH counted AS (SELECT key, count(*) AS lines FROM l GROUP BY key),
        sent AS (SELECT DISTINCT "order" AS key FROM e_shipment)
        SELECT o.key, o.unit, row_number() OVER (ORDER BY o.placed_at, o.key) AS seq,
            (sum(coalesce(c.lines, 0) + 4) OVER (ORDER BY o.placed_at, o.key) // {BATCH_LINES})::INTEGER AS batch,
            o.is_credit_note, o.is_credit_note OR coalesce(o.is_cancelled, o.cancelled_at IS NOT NULL) AS is_cancelled,
            NOT o.is_credit_note AND (s.key IS NOT NULL OR (
                coalesce(o.is_fulfilled, false) AND NOT coalesce(o.is_cancelled, o.cancelled_at IS NOT NULL)
            )) AS is_sent
        FROM o LEFT JOIN counted c USING (key) LEFT JOIN sent s USING (key)
        """
    )


def _lines(stage: Stage) -> None:
    leaves = "l.kind <> 'fee' AND NOT n.is_credit_note AND coalesce(l.is_fulfilled, n.is_sent)"
    sent = f"CASE WHEN {leaves} THEN l.quantity ELSE 0 END"
    price = minor("l.unit_price", "n.unit")
    stage.con.execute(
        f"""
        CREATE TABLE f_line AS
        WITH back AS (SELECT lid, sum(quantity)::BIGINT AS quantity FROM taken GROUP BY lid)
        SELECT n.batch, n.seq, l.lid, l.kind, coalesce(l.sku, '') AS sku, l.title, l.quantity::INTEGER AS quantity,
            {price} AS unit_minor,
            least({minor("abs(coalesce(l.discount, 0))", "n.unit")}, l.quantity * {price}) AS discount_minor,
            {minor("abs(coalesce(l.tax, 0))", "n.unit")} AS tax_minor,
            {minor("coalesce(l.shipping, 0)", "n.unit")} AS shipping_minor,
            coalesce(l.image_url, '') AS image_url,
            ({sent})::INTEGER AS fulfilled,
            (CASE WHEN n.is_cancelled AND l.kind <> 'fee' THEN l.quantity - ({sent}) ELSE 0 END)::INTEGER AS cancelled,
            coalesce(back.quantity, 0)::INTEGER AS refunded
        FROM l JOIN n ON n.key = l.key LEFT JOIN back ON back.lid = l.lid
        ORDER BY n.seq, l.lid
        """
    )


def _sums(stage: Stage) -> None:
    content = (
        "concat_ws('|', kind, sku, title, quantity, unit_minor, discount_minor, tax_minor, fulfilled, "
        "refunded, image_url)"
    )
    stage.con.execute(
        f"""
        CREATE TABLE s AS
        SELECT seq, count(*) AS lines,
            coalesce(sum(quantity * unit_minor - discount_minor) FILTER (kind <> 'fee'), 0)::BIGINT AS subtotal,
            coalesce(sum(quantity * unit_minor - discount_minor) FILTER (kind = 'fee'), 0)::BIGINT AS fee,
            sum(tax_minor)::BIGINT AS tax, sum(shipping_minor)::BIGINT AS shipping,
            coalesce(sum(quantity) FILTER (kind <> 'fee'), 0)::BIGINT AS pieces,
            sum(fulfilled)::BIGINT AS fulfilled, sum(cancelled)::BIGINT AS cancelled,
            sum(md5_number_lower({content})) AS digest
        FROM f_line GROUP BY seq
        """
    )


def _totals(stage: Stage) -> None:
    given = minor("o.total")
    if stage.mapping.total_from == "payments":
        given = f"coalesce({given}, {minor('p.amount')})"
    stage.con.execute(
        f"""
        CREATE TABLE t AS
        WITH p AS (SELECT "order" AS key, sum(amount) AS amount FROM e_payment GROUP BY 1),
        a AS (
            SELECT n.seq, o.key, o.unit, coalesce(s.subtotal, 0) AS subtotal, coalesce(s.fee, 0) AS fee,
                abs(coalesce({minor("o.discount")}, 0)) AS discount,
                coalesce({minor("o.shipping")}, 0) + coalesce(s.shipping, 0) AS shipping,
                abs(coalesce({minor("o.tax")}, s.tax, 0)) AS tax, {given} AS given
            FROM o JOIN n ON n.key = o.key LEFT JOIN s ON s.seq = n.seq LEFT JOIN p ON p.key = o.key
        ), b AS (SELECT *, subtotal - discount + shipping + fee AS plain FROM a)
        SELECT *, abs(coalesce(given, plain) - plain) <= abs(coalesce(given, plain) - plain - tax) AS has_tax_inside,
            coalesce(given, greatest(plain, 0)) AS total FROM b
        """
    )
    bad = "t.total < 0 OR t.shipping < 0"
    stage.con.execute(
        f"INSERT INTO rejects SELECT o.source, o._file, o._row, 'its total or shipping is negative', NULL "
        f"FROM o JOIN t ON t.key = o.key WHERE {bad} UNION ALL SELECT l.source, l._file, l._row, "
        f"'the total or shipping of its order “' || l.key || '” is negative', NULL FROM l "
        f"JOIN t ON t.key = l.key WHERE {bad}"
    )
    stage.con.execute(f"DELETE FROM t WHERE {bad}")
    stage.con.execute("DELETE FROM n WHERE seq NOT IN (SELECT seq FROM t)")
    stage.con.execute("DELETE FROM f_line WHERE seq NOT IN (SELECT seq FROM t)")


def _payments(stage: Stage) -> None:
    """Payments as the files tell them, else the one that follows from "paid" or from what is still due."""
    stage.con.execute(
        f"""
        CREATE TABLE f_payment AS
        WITH told AS (
            SELECT n.seq, n.batch, coalesce(p.method, '') AS method, coalesce(p.reference, '') AS reference,
                {minor("p.amount")} AS amount_minor, coalesce(p.paid_at, o.paid_at, o.placed_at) AS paid_at,
                p._file * 1099511627776 + p._row AS place
            FROM e_payment p JOIN n ON n.key = p."order" JOIN o ON o.key = n.key
        ), implied AS (
            SELECT n.seq, n.batch,
                CASE WHEN n.is_credit_note THEN 'earlier purchase' ELSE coalesce(o.payment_method, '') END,
                '', CASE WHEN n.is_credit_note OR coalesce(o.is_paid, false) THEN t.total
                    ELSE t.total - {minor("o.due")} END, coalesce(o.paid_at, o.placed_at), 0
            FROM o JOIN n ON n.key = o.key JOIN t ON t.key = o.key
            WHERE o.key NOT IN (SELECT "order" FROM e_payment)
                AND (n.is_credit_note OR coalesce(o.is_paid, false) OR o.due IS NOT NULL)
        )
        SELECT *, row_number() OVER (PARTITION BY seq ORDER BY paid_at, place)::INTEGER AS position,
            sum(amount_minor) OVER (PARTITION BY seq ORDER BY paid_at, place) AS running
        FROM (SELECT * FROM told UNION ALL SELECT * FROM implied) WHERE amount_minor > 0
        ORDER BY seq, position
        """
    )


def _refunds(stage: Stage) -> None:
    """Refunds told, those of credit notes with their lines, and those of credit notes without a purchase;
    together never more than was paid."""
    stage.con.execute(
        f"""
        CREATE TABLE f_refund AS
        WITH backed AS (
            SELECT seq, n.batch, credit.key AS note, f.lid, sum(t.quantity)::INTEGER AS quantity,
                sum(t.quantity * {minor("credit.unit_price", "n.unit")})::BIGINT AS amount
            FROM taken t JOIN f_line f ON f.lid = t.lid JOIN n USING (seq)
            JOIN credit_lines credit ON credit.lid = t.credit GROUP BY ALL
        ), told AS (
            SELECT b.seq, b.batch, b.note AS name, sum(b.amount)::BIGINT AS amount, 'Credit note ' || b.note AS reason,
                any_value(o.placed_at) AS refunded_at,
                list({{'lid': b.lid, 'quantity': b.quantity}} ORDER BY b.lid) AS lines
            FROM backed b JOIN (SELECT key, placed_at FROM o UNION ALL FROM spent) o ON o.key = b.note
            GROUP BY b.seq, b.batch, b.note
            UNION ALL
            SELECT n.seq, n.batch, 'r' || row_number() OVER (PARTITION BY n.seq ORDER BY r._file, r._row),
                {minor("r.amount")}, coalesce(r.reason, ''), coalesce(r.refunded_at, o.placed_at), []
            FROM e_refund r JOIN n ON n.key = r."order" JOIN o ON o.key = n.key
            UNION ALL
            SELECT n.seq, n.batch, 'total', {minor("o.refunded")}, '',
                coalesce(o.refunded_at, o.cancelled_at, o.paid_at, o.placed_at), []
            FROM o JOIN n ON n.key = o.key WHERE o.refunded > 0
            UNION ALL
            SELECT n.seq, n.batch, 'note', t.total, 'Credit note without a purchase in the files', o.placed_at, []
            FROM o JOIN n ON n.key = o.key JOIN t ON t.key = o.key WHERE n.is_credit_note
        ), paid AS (SELECT seq, sum(amount_minor)::BIGINT AS paid FROM f_payment GROUP BY seq),
        capped AS (
            SELECT told.*, coalesce(p.paid, 0) AS paid,
                coalesce(sum(amount) OVER (PARTITION BY told.seq ORDER BY refunded_at, name
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM told LEFT JOIN paid p ON p.seq = told.seq WHERE amount > 0
        )
        SELECT seq, batch, name, least(amount, paid - before)::BIGINT AS amount_minor, reason, refunded_at, lines,
            least(before + amount, paid)::BIGINT AS running, paid
        FROM capped WHERE paid > before ORDER BY seq, refunded_at, name
        """
    )


def _followers(stage: Stage) -> None:
    """Shipments and reviews under their order's number."""
    stage.con.execute(
        """
        CREATE TABLE f_shipment AS
        SELECT n.seq, n.batch, row_number() OVER (PARTITION BY n.seq ORDER BY h._file, h._row)::INTEGER AS position,
            coalesce(h.carrier, '') AS carrier, coalesce(h.tracking_number, '') AS tracking_number,
            coalesce(h.tracking_url, '') AS tracking_url, coalesce(h.shipped_at, o.placed_at) AS shipped_at,
            h.delivered_at, coalesce(h.is_delivered, h.delivered_at IS NOT NULL) AS is_delivered,
            coalesce(h.is_parcel, true) AS is_parcel, o.promised_on
        FROM e_shipment h JOIN n ON n.key = h."order" JOIN o ON o.key = n.key ORDER BY 1, 3
        """
    )
    stage.con.execute(
        """
        CREATE TABLE f_review AS
        SELECT n.seq, n.batch, row_number() OVER (PARTITION BY n.seq ORDER BY r._file, r._row)::INTEGER AS position,
            r.score::INTEGER AS score, coalesce(r.title, '') AS title, coalesce(r.text, '') AS text, r.written_at
        FROM e_review r JOIN n ON n.key = r."order" ORDER BY 1, 3
        """
    )


def _address(prefix: str) -> str:
    parts = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
    pairs = ", ".join(f"'{part}', o.{prefix}_{part}" for part in parts)
    return f"json_merge_patch('{{}}', json_object({pairs}))::VARCHAR"


FOLLOWING = (
    ("f_payment", "position, method, reference, amount_minor, paid_at"),
    ("f_refund", "name, amount_minor, refunded_at"),
    ("f_shipment", "position, carrier, tracking_number, shipped_at, delivered_at, is_delivered"),
    ("f_review", "position, score, title, text, written_at"),
)
NUMBER = """
    CASE WHEN o.number IS NOT NULL AND count(*) OVER (PARTITION BY o.number) = 1 THEN o.number
        WHEN length(o.key) <= 60 THEN o.key ELSE left(o.key, 47) || '-' || left(md5(o.key), 12) END
"""
TOLD = """
    coalesce(o.email, '') AS email, coalesce(email_key(o.email), '') AS email_key,
    coalesce(o.name, o.bill_name, o.ship_name) AS person_name, coalesce(o.phone, o.ship_phone, '') AS phone,
    coalesce(o.language, '') AS language, coalesce(o.discount_code, '') AS discount_code,
    coalesce(o.shipping_method, '') AS shipping_method, coalesce(o.ship_country, '') AS ship_country,
    coalesce(postcode_key(coalesce(o.ship_postcode, o.bill_postcode)), '') AS ship_postcode_key,
    coalesce(o.ship_country, o.bill_country) AS country, coalesce(o.ship_city, o.bill_city) AS city,
    coalesce(o.ship_postcode, o.bill_postcode) AS postcode, coalesce(to_json(o.tags)::VARCHAR, '[]') AS tags
"""


def _orders(stage: Stage) -> None:
    """Everything of an order in one row, ``parts`` telling what belongs to it."""
    digests = ", ".join(
        f"coalesce((SELECT sum(md5_number_lower(concat_ws('|', {columns}))) FROM {table} f WHERE f.seq = n.seq), 0)"
        for table, columns in FOLLOWING
    )
    stage.con.execute(
        f"""
        CREATE TABLE w AS
        SELECT n.batch, n.seq, o.key AS external_id, {NUMBER} AS number, o.customer, {TOLD},
            o.currency, o.unit, n.is_credit_note, n.is_cancelled,
            t.subtotal, t.discount, t.shipping, t.fee, t.tax, t.total, t.has_tax_inside,
            t.total - t.plain - CASE WHEN t.has_tax_inside THEN 0 ELSE t.tax END AS adjustment,
            coalesce((SELECT max(running) FROM f_payment p WHERE p.seq = n.seq), 0)::BIGINT AS paid,
            coalesce((SELECT max(running) FROM f_refund r WHERE r.seq = n.seq), 0)::BIGINT AS refunded,
            coalesce(s.lines, 0) AS lines, coalesce(s.pieces, 0) AS pieces, coalesce(s.fulfilled, 0) AS fulfilled,
            coalesce(s.cancelled, 0) AS cancelled, n.is_sent,
            coalesce(CASE WHEN NOT n.is_credit_note THEN o.payment_method END,
                (SELECT arg_min(method, position) FROM f_payment p WHERE p.seq = n.seq), '') AS payment_method,
            {_address("ship")} AS ship_to, {_address("bill")} AS bill_to, o.placed_at, o.promised_on,
            CASE WHEN n.is_cancelled THEN coalesce(o.cancelled_at, o.placed_at) END AS cancelled_at,
            CASE WHEN n.is_credit_note THEN 'Credit note without a purchase in the files'
                ELSE coalesce(o.cancel_reason, '') END AS cancel_reason,
            o.source, o._file, o._row, concat_ws('/', s.digest, {digests}) AS parts
        FROM o JOIN n ON n.key = o.key JOIN t ON t.key = o.key LEFT JOIN s ON s.seq = n.seq
        """
    )


def _states(stage: Stage) -> None:
    """The order with its states and a digest of all it says, so that a second import knows what changed."""
    columns = [row[0] for row in stage.con.execute("DESCRIBE w").fetchall() if row[0] not in PLACES]
    content = ", ".join(f"coalesce({column}::VARCHAR, chr(0))" for column in columns)
    stage.con.execute(
        f"""
        CREATE TABLE f_order AS
        SELECT * EXCLUDE (parts), md5(concat_ws('|', {content})) AS digest,
            CASE WHEN refunded > 0 AND refunded >= paid THEN 'refunded' WHEN refunded > 0 THEN 'partly_refunded'
                WHEN paid >= total THEN 'paid' WHEN paid > 0 THEN 'partly_paid' ELSE 'pending' END AS payment_state,
            CASE WHEN (pieces = 0 AND is_sent) OR (fulfilled > 0 AND fulfilled + cancelled >= pieces) THEN 'fulfilled'
                WHEN fulfilled > 0 THEN 'partial' ELSE 'unfulfilled' END AS fulfilment_state
        FROM w ORDER BY seq
        """
    )
    stage.con.execute("DROP TABLE w")
