"""What import_orders.py measures: an import in a process of its own, then the same rows by ``executemany``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from aftercart.connectors.testing import shared_data
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Line, Order, Payment, Refund
from benchmarks._driver import server_cpu
from benchmarks._report import SCALE, Figure, note, say, scaled, show

YEARS = scaled(5)
ORDERS = 100_000
SECONDS = {"sqlite": 60, "postgresql": 45}
MEMORY = 400  # MB
TABLES: tuple[type[Model], ...] = (Order, Line, Payment, Refund, Entry)
ROWS = 20_000
# In processes of their own, so that the import's memory is its own.
START = "import django; django.setup(); from benchmarks._import_child import main; main()"
REPEAT = """
import duckdb, sys
source, target, years = sys.argv[1:]
duckdb.connect().execute(f'''
    COPY (SELECT CASE WHEN y = 0 THEN InvoiceNo ELSE InvoiceNo || '-' || y END AS InvoiceNo, StockCode, Description,
        Quantity, InvoiceDate + to_days((y * 364)::INTEGER) AS InvoiceDate, UnitPrice, CustomerID, Country
    FROM read_parquet('{source}'), (SELECT unnest(range({years})) AS y) ORDER BY y, InvoiceNo)
    TO '{target}' (FORMAT parquet)''')
"""


def measure() -> None:
    """Print the figures for the configured database."""
    source = shared_data("online-retail", "online_retail_2010_2011.parquet")
    if source is None:
        say("needs the Online Retail file: set AFTERCART_SHARED_DATA to the folder of the shared real data")
        return
    file = Path(settings.DATA_DIR) / "invoices.parquet"
    subprocess.run([sys.executable, "-c", REPEAT, str(source), str(file), str(YEARS)], check=True)
    ours = _import(file)
    if SCALE >= 1 and ours["orders"] < ORDERS:
        raise SystemExit(f"only {ours['orders']:,} orders were imported, not {ORDERS:,}")
    written = sum(QuerySet(model).count() for model in TABLES)
    note("read", f"{ours['lines']:,} lines, {ours['rejected']:,} rejected")
    note("written", f"{ours['orders']:,} orders, {written:,} rows of orders and journal")
    note("seconds by phase", ", ".join(f"{name} {seconds:.1f}" for name, seconds in ours["phases"].items()))
    _show(ours, _bare())


def _show(ours: dict[str, Any], bare: dict[str, float]) -> None:
    target = SECONDS[connection.vendor]
    cpu, bare_cpu = (told["cpu"] + told["server"] for told in (ours, bare))
    figures = [
        Figure(
            what="import by the clock", ours=ours["clock"], unit="s", target=target, baseline=bare["clock"]
        ),
        Figure(what="processor time, process and server", ours=cpu, unit="s", baseline=bare_cpu),
        Figure(what="peak memory of the process", ours=ours["memory"], unit="MB", target=MEMORY),
    ]
    show(figures)
    note("baseline", "executemany of the same rows, already read, a commit per 20,000 rows")
    if connection.vendor == "postgresql":
        note("of the processor time", f"process {ours['cpu']:.1f} s, server {ours['server']:.1f} s")


def _import(file: Path) -> dict[str, Any]:
    child = [sys.executable, "-c", START, str(file)]
    done = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _bare() -> dict[str, float]:
    """What it costs to insert the rows of all tables into twins of theirs."""
    connection.ensure_connection()
    worked, server = time.process_time(), server_cpu()
    reading = [0.0, 0.0]
    clock = sum(bare_inserts(model, reading) for model in TABLES)
    return {
        "clock": clock,
        "cpu": time.process_time() - worked - reading[0],
        "server": server_cpu() - server - reading[1],
    }


def bare_inserts(model: type[Model], reading: list[float]) -> float:
    """Seconds to insert a table's rows into its twin by ``executemany``.

    Reading them is not counted; what it costs in processor time, here and in the server, is added to ``reading``.
    """
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    names = ", ".join(f'"{column}"' for column in columns)
    make_twin(table)
    insert = f"INSERT INTO twin ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    last, seconds = 0, 0.0
    while rows := _rows(_page(model, columns, last), reading):
        started = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, rows)
        seconds += time.perf_counter() - started
        last = rows[-1][columns.index("id")]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE twin")
    return seconds


def _rows(query: str, reading: list[float]) -> list[tuple[Any, ...]]:
    worked, server = time.process_time(), server_cpu()
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = list(cursor.fetchall())
    reading[0] += time.process_time() - worked
    reading[1] += server_cpu() - server
    return rows


def _page(model: type[Model], columns: list[str], last: int) -> str:
    """The next rows by id; JSON as text, as it is written."""
    json_columns = {f.column for f in model._meta.concrete_fields if f.get_internal_type() == "JSONField"}
    as_text = json_columns if connection.vendor == "postgresql" else set[str]()
    selected = ", ".join(f'"{column}"::text' if column in as_text else f'"{column}"' for column in columns)
    return f"SELECT {selected} FROM {model._meta.db_table} WHERE id > {last} ORDER BY id LIMIT {ROWS}"


def make_twin(table: str) -> None:
    """An empty table with the same constraints and indexes (on PostgreSQL without foreign keys: it is faster)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE twin (LIKE {table} INCLUDING ALL)")
            return
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL ORDER BY type DESC",
            [table],
        )
        for (statement,) in cursor.fetchall():
            made = (
                statement.replace(f'"{table}"', '"twin"', 1)
                if statement.startswith("CREATE TABLE")
                else statement
            )
            if not statement.startswith("CREATE TABLE"):
                made = made.replace(f'ON "{table}"', 'ON "twin"').replace('INDEX "', 'INDEX "twin_', 1)
            cursor.execute(made)
