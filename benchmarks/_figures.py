"""The measured part of ``benchmarks.figures``; imported once Django knows its data directory."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import ibis
import pandas as pd
from django.conf import settings

from aftercart.insights.asking import Asker, asker
from aftercart.insights.engines import Files
from aftercart.insights.export.tables import SCHEMA_VERSION, TABLES
from aftercart.insights.figures.figure import Question, registry
from aftercart.insights.testing import generate_export
from benchmarks import _figures_pandas

ORDERS = int(os.environ.get("BENCH_ORDERS", "4000000"))
TARGET = 5.0
Result = TypeVar("Result")


def measure() -> list[dict[str, Any]]:
    """Print and return what the figures cost, cold and with what they share in memory."""
    files = made()
    say(
        f"{ORDERS:,} orders, {int(ORDERS * 2.5):,} lines, {len(registry)} figures; DuckDB {duckdb.__version__}, "
        f"Ibis {ibis.__version__}, pandas {pd.__version__}"
    )
    with asker(files) as warm_up:
        warm_up.ask(registry["orders"], Question())
    with asker(files) as opened:
        ours, cold = timed(lambda: ask_all(opened))
        _, again = timed(lambda: ask_all(opened))
    theirs, pandas = timed(lambda: _figures_pandas.figures(_figures_pandas.read(files)))
    for key in registry:
        assert_equal(key, ours[key], theirs[key])
    say(f"all figures equal to pandas' in {sum(len(rows) for rows in ours.values()):,} rows")
    return [
        told("figures, cold: read Parquet, sort histories, match parcels", cold, pandas),
        told("figures, another question of the same export", again, pandas),
        told("pandas: read Parquet and compute the same", pandas, pandas),
    ]


def made() -> Files:
    """The made-up export, from the data directory when it was made before."""
    folder = Path(settings.DATA_DIR) / "bench" / f"figures-{ORDERS}-v{SCHEMA_VERSION}"
    files = {name: [folder / f"{name}.parquet"] for name in TABLES}
    if (folder / "done").exists():
        return files
    _, spent = timed(lambda: generate_export(folder, orders=ORDERS))
    (folder / "done").touch()
    say(f"made the export in {spent[0]:.1f} s")
    return files


def ask_all(opened: Asker) -> dict[str, list[dict[str, Any]]]:
    return {
        key: [dict(row) for row in opened.ask(figure, Question()).rows] for key, figure in registry.items()
    }


Spent = tuple[float, float]


def timed(function: Callable[[], Result]) -> tuple[Result, Spent]:
    """What it gave, and the seconds by the clock and of the processor it took."""
    started, processor = time.perf_counter(), time.process_time()
    result = function()
    return result, (time.perf_counter() - started, time.process_time() - processor)


def told(what: str, spent: Spent, pandas: Spent) -> dict[str, Any]:
    row = {"what": what, "seconds": spent[0], "processor_seconds": spent[1], "ratio": pandas[0] / spent[0]}
    say(f"{what}: {spent[0]:.2f} s ({spent[1]:.2f} s of processor), {row['ratio']:.1f} x pandas")
    if "cold" in what:
        say(
            f"  target under {TARGET:.0f} s: {'met' if spent[0] < TARGET else 'missed'}, "
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )
    return row


def assert_equal(key: str, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    """The same rows in whatever order of currencies; fractions to nine digits."""
    names = ("bucket", "cohort", "step", "currency", "group", "part")
    left, right = (
        {tuple(row[name] for name in names if name in row): row for row in rows} for rows in (ours, theirs)
    )
    assert left.keys() == right.keys(), (key, left.keys() ^ right.keys())
    for at, row in left.items():
        told = [name for name in ("value", "n", "p90", "likely", "likely_n") if name in row]
        same = all(is_same(row[name], right[at][name]) for name in told)
        assert same, (key, at, row, right[at])


def is_same(left: float | None, right: float | None) -> bool:
    """Whether two values are equal to nine digits; nothing equals nothing."""
    return left is right or (
        left is not None and right is not None and math.isclose(left, right, rel_tol=1e-9)
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
