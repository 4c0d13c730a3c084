"""Generated exports for tests and benchmarks: any number of orders, the same every time."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from aftercart.insights.engines import Files
from aftercart.insights.export.tables import TABLES, ExportTable
from aftercart.insights.export.writing import write_file

SHOP = """
CREATE MACRO chance(row_number, salt) AS (hash(row_number * 31 + salt) >> 11) / 9007199254740992.0;

CREATE TABLE drawn_orders AS
SELECT
    range AS id,
    chance(range, 1) < 0.3 AS is_polish,
    CASE WHEN chance(range, 2) >= 0.05
        THEN 1 + floor(getvariable('customers') * pow(chance(range, 3), 1.7))::BIGINT END AS customer_id,
    CASE WHEN chance(range, 4) < 0.02 THEN 'cancelled' ELSE 'completed' END AS state,
    1000 + (20000 * pow(chance(range, 5), 3))::BIGINT AS total_minor,
    TIMESTAMPTZ '2023-01-01 00:00:00+00'
        + to_seconds(floor(1095 * 86400 * sqrt(chance(range, 6)))::BIGINT) AS placed_at
FROM range(1, getvariable('orders') + 1);

CREATE TABLE made_orders AS
SELECT
    *,
    'N' || id AS number,
    CASE WHEN is_polish THEN 2 ELSE 1 END AS channel_id,
    CASE WHEN is_polish THEN 'PLN' ELSE 'EUR' END AS currency,
    placed_at::DATE AS placed_on,
    CASE WHEN chance(id, 7) < 0.9 THEN placed_at::DATE + (4 + 4 * chance(id, 8))::INTEGER END AS promised_on,
    CASE WHEN chance(id, 7) < 0.8 THEN placed_at::DATE + (1 + 2 * chance(id, 19))::INTEGER END AS likely_on,
    likely_on + (3 * chance(id, 20))::INTEGER AS by_on,
    CASE WHEN is_polish THEN 'PL' WHEN chance(id, 21) < 0.7 THEN 'DE' WHEN chance(id, 21) < 0.99 THEN 'AT' END
        AS ship_country,
    CASE WHEN chance(id, 9) < 0.04 THEN (total_minor * chance(id, 10))::BIGINT ELSE 0 END AS refunded_minor,
    total_minor AS subtotal_minor
FROM drawn_orders;

CREATE TABLE made_parcels AS
SELECT
    id, id AS order_id, placed_at + to_hours(20) AS shipped_at,
    CASE WHEN chance(id, 22) < 0.6 THEN 'DHL' WHEN chance(id, 22) < 0.95 THEN 'InPost' ELSE '' END AS carrier,
    CASE WHEN chance(id, 12) < 0.97 THEN placed_at
        + to_seconds((86400 * (1 - 2.5 * ln(1 - chance(id, 13) * 0.999)))::BIGINT) END AS delivered_at,
    CASE WHEN delivered_at IS NULL THEN 'in_transit' ELSE 'delivered' END AS status,
    coalesce(delivered_at, shipped_at)::DATE AS status_on,
    delivered_at::DATE AS delivered_on,
    CASE WHEN chance(id, 23) < 0.9 THEN placed_at + to_hours(20 + (30 * chance(id, 24))::BIGINT) END
        AS first_scan_at,
    CASE WHEN chance(id, 25) < 0.8 THEN delivered_at - to_minutes((600 * chance(id, 26))::BIGINT) END AS out_at,
    CASE WHEN chance(id, 27) < 0.07 THEN 1 ELSE 0 END AS failed_attempts
FROM made_orders WHERE state <> 'cancelled' AND chance(id, 11) < 0.98;

CREATE TABLE made_reviews AS
SELECT
    id, order_id, 'shop' AS source, delivered_at AS written_at,
    1 + floor(5 * sqrt(chance(id, 15)))::BIGINT AS score
FROM made_parcels WHERE chance(id, 14) < 0.1;

CREATE TABLE made_lines AS
SELECT
    range AS id, range AS position, 'product' AS kind, 1990 AS unit_price_minor,
    1 + floor(getvariable('orders') * chance(range, 16))::BIGINT AS order_id,
    'SKU-' || floor(500 * chance(range, 17))::BIGINT AS sku,
    'Cup ' || floor(500 * pow(chance(range, 17), 2))::BIGINT AS title,
    1 + floor(3 * chance(range, 18))::BIGINT AS quantity
FROM range(1, getvariable('lines') + 1);

CREATE TABLE made_questions AS
SELECT
    id, id AS order_id, channel_id, placed_at + to_hours(70) AS opened_at, opened_at::DATE AS opened_on,
    ['where', 'where', 'change', 'other', ''][1 + floor(5 * chance(id, 28))::BIGINT] AS topic
FROM made_orders WHERE chance(id, 29) < 0.12;

CREATE TABLE made_claims AS
SELECT
    made_parcels.id, order_id, channel_id, delivered_at + to_hours(5) AS made_at, made_at::DATE AS made_on,
    CASE WHEN chance(order_id, 30) < 0.9 THEN made_parcels.id END AS parcel_id,
    ['damaged', 'missing', 'wrong'][1 + floor(3 * chance(order_id, 31))::BIGINT] AS kind
FROM made_parcels INNER JOIN made_orders ON made_orders.id = order_id
WHERE delivered_at IS NOT NULL AND chance(order_id, 32) < 0.02;

CREATE TABLE made_answers AS
SELECT
    id, channel_id, placed_at + to_hours(200) AS told_at, told_at::DATE AS told_on,
    'guide-' || floor(9 * chance(id, 33))::BIGINT AS guide, chance(id, 34) < 0.8 AS has_worked
FROM made_orders WHERE chance(id, 35) < 0.03;

CREATE TABLE made_customers AS
SELECT range AS id, 'DE' AS country, 'en' AS language FROM range(1, getvariable('customers') + 1);

CREATE TABLE made_channels AS
SELECT * FROM (VALUES
    (1, 'main', 'Main', 'own', 'EUR', 'UTC'),
    (2, 'polska', 'Polska', 'own', 'PLN', 'UTC')
) AS rows(id, slug, name, kind, currency, timezone);
"""


def generate_export(folder: Path, *, orders: int, customers: int = 0) -> Files:
    """Write the exported tables of a made-up shop with DuckDB, at tens of millions of rows too.

    There are five lines to two orders. Every value follows from a hash of the row's number, so it is the
    same on every machine. Customers (a third as many as orders unless told) come back unevenly, every
    twentieth order has none, two channels sell in EUR and PLN, a fiftieth of the orders is cancelled, some
    have no promise, parts are refunded.
    """
    customers = customers or max(1, orders // 3)
    with duckdb.connect(":memory:") as database:
        database.execute("SET TimeZone = 'UTC'")
        for name, value in {"orders": orders, "customers": customers, "lines": int(orders * 2.5)}.items():
            database.execute(f"SET VARIABLE {name} = {value}")
        database.execute(SHOP)
        return {name: [_copy(database, table, folder)] for name, table in TABLES.items()}


def write_rows(folder: Path, rows: dict[str, list[dict[str, object]]]) -> Files:
    """Write rows as the exported tables; columns that are not given are empty."""
    written = {}
    for name, table in TABLES.items():
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = pa.Table.from_pylist(rows.get(name, []), schema=table.schema)
        if not write_file(path, table.schema, content.to_batches()):
            pq.write_table(content, path)
        written[name] = [path]
    return written


def _copy(database: duckdb.DuckDBPyConnection, table: ExportTable, folder: Path) -> Path:
    path = folder / f"{table.name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = {"int64": "BIGINT", "string": "VARCHAR", "date32[day]": "DATE", "bool": "BOOLEAN"}
    made = {row[0] for row in database.execute(f"DESCRIBE made_{table.name}").fetchall()}
    columns = ", ".join(
        f"CAST({column.name if column.name in made else 'NULL'} AS "
        f"{kinds.get(str(column.kind), 'TIMESTAMPTZ')}) AS {column.name}"
        for column in table.columns
    )
    source = f"SELECT {columns} FROM made_{table.name}"  # noqa: S608 - names of our own
    database.execute(f"COPY ({source}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return path
