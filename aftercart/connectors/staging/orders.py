"""Lines find their orders; what fits nowhere is rejected with its reason."""

from __future__ import annotations

from aftercart.connectors.mapping.targets import OF_ORDER
from aftercart.connectors.staging.sql import text
from aftercart.connectors.staging.stage import Stage
from aftercart.kernel.money import MoneyError, exponent

WRONG_LINE = (
    "CASE WHEN quantity = 0 THEN 'the quantity is 0' "
    "WHEN unit_price < 0 THEN 'the price is negative: ' || unit_price::DECIMAL(24, 2) "
    "WHEN quantity < 0 AND NOT is_credit THEN 'the quantity is ' || quantity || ', and the row is no credit' "
    "WHEN abs(quantity) * unit_price < coalesce(abs(discount), 0) THEN 'the discount exceeds the price' END"
)


def settle_orders(stage: Stage, currency: str) -> None:
    """From the entities make ``o`` (orders with currency) and ``l`` (lines with an id, quantity positive).

    ``currency`` is for orders that name none. Lines, payments, shipments ... of no order are rejected, and so
    is an order whose lines were all rejected.
    """
    _orders(stage, currency)
    _lines(stage)
    for kind in sorted(OF_ORDER - {"line"}):
        _orphans(stage, f"e_{kind}", '"order"')
    _orphans(stage, "l", "key")
    _emptied(stage)


def _orders(stage: Stage, default: str) -> None:
    con = stage.con
    con.execute("CREATE TABLE refused AS SELECT key, problem AS reason FROM bad_order WHERE key IS NOT NULL")
    con.execute(f"UPDATE e_order SET currency = upper(coalesce(currency, {text(default)}))")
    con.execute("CREATE TABLE currencies (code VARCHAR, places INTEGER)")
    for (code,) in con.execute("SELECT DISTINCT currency FROM e_order ORDER BY 1").fetchall():
        try:
            con.execute("INSERT INTO currencies VALUES (?, ?)", [code, exponent(code)])
        except MoneyError as error:
            con.execute(
                "INSERT INTO refused SELECT key, ? FROM e_order WHERE currency = ?", [str(error), code]
            )
    con.execute(
        "INSERT INTO rejects SELECT e.source, e._file, e._row, r.reason, NULL FROM e_order e JOIN refused r USING (key)"
    )
    con.execute(
        "CREATE TABLE o AS SELECT e.*, (10 ** c.places)::BIGINT AS unit "
        "FROM e_order e JOIN currencies c ON c.code = e.currency"
    )


def _lines(stage: Stage) -> None:
    con = stage.con
    con.execute("ALTER TABLE e_line RENAME TO l")
    con.execute('ALTER TABLE l RENAME COLUMN "order" TO key')
    con.execute(
        f"CREATE TABLE wrong AS SELECT *, {WRONG_LINE} AS reason FROM l WHERE {WRONG_LINE} IS NOT NULL"
    )
    con.execute("INSERT INTO rejects SELECT source, _file, _row, reason, NULL FROM wrong")
    con.execute("DELETE FROM l WHERE lid IN (SELECT lid FROM wrong)")
    con.execute("UPDATE l SET quantity = abs(quantity) WHERE quantity < 0")


def _orphans(stage: Stage, table: str, key: str) -> None:
    con = stage.con
    con.execute(
        f"INSERT INTO rejects SELECT t.source, t._file, t._row, 'its order “' || t.{key} || '” ' || coalesce("
        f"'was rejected: ' || r.reason, 'is not in the files'), NULL FROM {table} t LEFT JOIN "
        f"(SELECT key, any_value(reason) AS reason FROM refused GROUP BY key) r ON r.key = t.{key} "
        f"WHERE t.{key} NOT IN (SELECT key FROM o)"
    )
    con.execute(f"DELETE FROM {table} WHERE {key} NOT IN (SELECT key FROM o)")


def _emptied(stage: Stage) -> None:
    """An order without lines stays only when it never had any and its total is known."""
    paid = ' OR key IN (SELECT "order" FROM e_payment)' if stage.mapping.total_from == "payments" else ""
    bad = 'SELECT "order" FROM bad_line WHERE "order" IS NOT NULL UNION ALL SELECT key FROM wrong'
    empty = f"key NOT IN (SELECT key FROM l) AND (key IN ({bad}) OR NOT (total IS NOT NULL{paid}))"
    why = "'none of its lines could be read, or it has none and no total'"
    known = "(SELECT source, file, row FROM rejects)"
    stage.con.execute(
        f"INSERT INTO rejects SELECT source, _file, _row, {why}, NULL FROM o "
        f"WHERE {empty} AND (source, _file, _row) NOT IN {known}"
    )
    stage.con.execute(f"DELETE FROM o WHERE {empty}")
    for kind in sorted(OF_ORDER - {"line"}):
        stage.con.execute(f'DELETE FROM e_{kind} WHERE "order" NOT IN (SELECT key FROM o)')
