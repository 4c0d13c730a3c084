"""Credit notes: each takes back pieces of earlier purchases; what finds none becomes a record of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from aftercart.connectors.rules import Match, Moved, match_credits
from aftercart.connectors.staging.stage import Stage

SAME = {
    "customer": "coalesce(o.customer, lower(o.email))",
    "sku": "l.sku",
    "unit_price": "l.unit_price",
}


def settle_credits(stage: Stage) -> None:
    """Make ``taken`` (credit line, purchased line, quantity) and shorten credit lines to what stays unmatched.

    An order of which one credit note soon took everything back is cancelled; orders of credits alone become
    ``is_credit_note`` records, without what was matched; those of which nothing is left are ``spent``.
    """
    con = stage.con
    con.execute("CREATE TABLE taken (credit BIGINT, lid BIGINT, quantity BIGINT)")
    con.execute("CREATE TABLE credit_lines AS SELECT lid, key, unit_price FROM l WHERE is_credit")
    con.execute("ALTER TABLE o ADD COLUMN is_credit_note BOOLEAN DEFAULT false")
    if stage.mapping.credit is None:
        con.execute("CREATE TABLE spent (key VARCHAR, placed_at TIMESTAMP)")
        return
    found = [match for group in _groups(stage) for match in group]
    con.execute(
        "INSERT INTO taken SELECT unnest($credits), unnest($lines), unnest($quantities)",
        {
            "credits": [match.credit for match in found],
            "lines": [match.line for match in found],
            "quantities": [match.quantity for match in found],
        },
    )
    _cancel_whole_orders(stage, stage.mapping.credit.cancel_within_days)
    con.execute(
        "UPDATE l SET quantity = l.quantity - t.quantity FROM (SELECT credit, sum(quantity)::BIGINT AS quantity "
        "FROM taken GROUP BY credit) t WHERE t.credit = l.lid"
    )
    con.execute("DELETE FROM l WHERE is_credit AND quantity = 0")
    con.execute(
        "INSERT INTO rejects SELECT source, _file, _row, 'it takes back what is on no earlier order', NULL FROM l "
        "WHERE is_credit AND key IN (SELECT key FROM l WHERE NOT is_credit)"
    )
    con.execute("DELETE FROM l WHERE is_credit AND key IN (SELECT key FROM l WHERE NOT is_credit)")
    con.execute(
        "UPDATE o SET is_credit_note = true WHERE key IN (SELECT key FROM credit_lines) "
        "AND key NOT IN (SELECT key FROM l WHERE NOT is_credit)"
    )
    con.execute(
        "CREATE TABLE spent AS SELECT key, placed_at FROM o WHERE is_credit_note AND key NOT IN (SELECT key FROM l)"
    )
    con.execute("DELETE FROM o WHERE key IN (SELECT key FROM spent)")


def _groups(stage: Stage) -> Iterator[list[Match]]:
    """The matches of every customer, article and price that has a credit."""
    names = stage.mapping.credit.same if stage.mapping.credit else ()
    same = [SAME[name] for name in names]
    group = f"[{', '.join(f'{expression}::VARCHAR' for expression in same)}]"
    complete = " AND ".join(f"{expression} IS NOT NULL" for expression in same)
    columns = f"l.lid, l.quantity, l.is_credit, o.placed_at, {group} AS same"
    lines = f"SELECT {columns} FROM l JOIN o USING (key) WHERE {complete}"
    rows = stage.con.cursor().execute(
        f"WITH moved AS ({lines}) SELECT same::VARCHAR, lid, quantity, is_credit FROM moved "
        "WHERE same IN (SELECT same FROM moved WHERE is_credit) ORDER BY same::VARCHAR, placed_at, is_credit, lid"
    )
    for _, group_rows in groupby(_stream(rows.fetchmany), key=lambda row: row[0]):
        yield match_credits(Moved(line=row[1], quantity=row[2], is_credit=row[3]) for row in group_rows)


def _stream(fetch: object) -> Iterator[tuple[str, int, int, bool]]:
    while batch := fetch(20_000):  # type: ignore[operator]
        yield from batch


def _cancel_whole_orders(stage: Stage, days: int) -> None:
    """Everything of an order taken back by one credit note within ``days`` days: it never left."""
    if not days:
        return
    stage.con.execute(
        f"""
        CREATE TEMP TABLE whole AS
        WITH back AS (
            SELECT bought.key, credit.key AS note, sum(t.quantity) AS quantity
            FROM taken t JOIN l bought ON bought.lid = t.lid JOIN l credit ON credit.lid = t.credit GROUP BY ALL
        ), goods AS (
            SELECT key, sum(quantity) AS quantity FROM l
            WHERE NOT is_credit AND key IN (SELECT key FROM back) GROUP BY key
        )
        SELECT b.key, b.note, n.placed_at FROM back b JOIN goods g ON g.key = b.key AND g.quantity = b.quantity
        JOIN o ON o.key = b.key JOIN o n ON n.key = b.note WHERE n.placed_at <= o.placed_at + INTERVAL {days} DAY
        """
    )
    stage.con.execute(
        "UPDATE o SET is_cancelled = true, cancelled_at = whole.placed_at, "
        "cancel_reason = 'Credit note ' || whole.note FROM whole WHERE whole.key = o.key"
    )
