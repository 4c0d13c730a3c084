"""The measured part of ``benchmarks.import_orders``; imported once Django knows its database."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.test.runner import DiscoverRunner

from aftercart.connectors.models import Run
from aftercart.connectors.testing import import_files, shared_data
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Line, Order, Payment, Refund

YEARS = int(os.environ.get("BENCH_YEARS", "4"))
TABLES: tuple[type[Model], ...] = (Order, Line, Payment, Refund, Entry)
ROWS = 20_000
# In a process of its own: what it needs must not count as the import's memory.
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
    runner = DiscoverRunner(verbosity=0, interactive=False)
    scratch = runner.setup_databases()
    try:
        for result in run(source):
            say(f"{result['what']}: {result['figure']}")
    finally:
        runner.teardown_databases(scratch)


def run(source: Path) -> list[dict[str, Any]]:
    """The figures, each with what it says; leaves the rows in the database."""
    file = Path(settings.DATA_DIR) / "invoices.parquet"
    subprocess.run([sys.executable, "-c", REPEAT, str(source), str(file), str(YEARS)], check=True)
    started, worked = time.perf_counter(), time.process_time()
    done = import_files("online-retail", file)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    written = sum(QuerySet(model).count() for model in TABLES)
    bare = sum(bare_inserts(model) for model in TABLES)
    return [
        {
            "what": f"import on {connection.vendor}",
            "figure": f"{seconds:.1f} s ({cpu:.1f} s of CPU in this process)",
        },
        {"what": "read", "figure": _read(done)},
        {"what": "written", "figure": f"{done.counts['orders_added']:,} orders, {written:,} rows"},
        {"what": "peak memory (RSS)", "figure": f"{memory:.0f} MB"},
        {"what": "bare executemany of the same rows, already read", "figure": f"{bare:.1f} s"},
        {"what": "ratio to it", "figure": f"{seconds / bare:.2f}"},
    ]


def _read(done: Run) -> str:
    return f"{done.report['rows']['lines']:,} lines, {done.report['rejected']:,} rejected"


def bare_inserts(model: type[Model]) -> float:
    """Seconds to insert a table's rows into its twin by ``executemany``; reading them is not counted."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    names = ", ".join(f'"{column}"' for column in columns)
    make_twin(table)
    insert = f"INSERT INTO twin ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    last, seconds = 0, 0.0
    while rows := _rows(
        f"SELECT {_selected(model, columns)} FROM {table} WHERE id > {last} ORDER BY id LIMIT {ROWS}"
    ):
        started = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, rows)
        seconds += time.perf_counter() - started
        last = rows[-1][columns.index("id")]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE twin")
    return seconds


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _selected(model: type[Model], columns: list[str]) -> str:
    json = {field.column for field in model._meta.concrete_fields if field.get_internal_type() == "JSONField"}
    return ", ".join(
        f'"{c}"::text' if c in json and connection.vendor == "postgresql" else f'"{c}"' for c in columns
    )


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


def say(text: str) -> None:
    """A line on the terminal at once."""
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()
