"""What an import did, in figures and sentences, and the rows it could not take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aftercart.connectors.models import Run
from aftercart.connectors.staging.reconciliation import reconcile
from aftercart.connectors.staging.sql import name, text
from aftercart.connectors.staging.stage import Stage
from aftercart.kernel.spreadsheets import csv_lines

SHOWN_REASONS = 20


def report_of(stage: Stage, run: Run) -> dict[str, Any]:
    """The figures of a run as JSON: counts, rejected rows by reason, notes, reconciliation, files."""
    sums = reconcile(stage)
    return {
        "counts": dict(run.counts),
        "rows": _rows(stage),
        "rejected": stage.number("SELECT count(*) FROM (SELECT DISTINCT source, file, row FROM rejects)"),
        "reasons": _reasons(stage),
        "left_empty": dict(stage.notes),
        "credits": {
            "matched": stage.number("SELECT count(DISTINCT credit) FROM taken"),
            "notes_settled": stage.number("SELECT count(*) FROM spent"),
            "notes_without_purchase": stage.number("SELECT count(*) FROM f_order WHERE is_credit_note"),
        },
        "reconciliation": None
        if sums is None
        else {
            "file": str(sums.file.normalize()),
            "orders": str(sums.orders),
            "credited": str(sums.credited),
            "credit_notes": str(sums.credit_notes),
            "rejected": str(sums.rejected.normalize()),
            "rounding": str(sums.rounding.normalize()),
            "difference": str(sums.difference.normalize()),
        },
    }


def _rows(stage: Stage) -> dict[str, int]:
    return {source: stage.number(f"SELECT count(*) FROM {name('raw_' + source)}") for source in stage.columns}


def _reasons(stage: Stage) -> list[list[Any]]:
    rows = stage.con.execute(
        "SELECT regexp_replace(reason, '“[^”]*”', '“…”', 'g') AS said, count(DISTINCT (source, file, row)) AS n "
        f"FROM rejects GROUP BY 1 ORDER BY n DESC, said LIMIT {SHOWN_REASONS}"
    )
    return [list(row) for row in rows.fetchall()]


def write_rejects(stage: Stage, path: Path, kept: list[tuple[str, int, str]]) -> int:
    """Write ``rejects.csv``: file, row, reason and the row's own columns; returns how many rows.

    ``kept`` are orders the shop would not change: (file, row, reason). The file appears all at once.
    """
    stage.con.execute(
        "CREATE OR REPLACE TEMP TABLE left_out AS SELECT source, file, row, reason, line FROM rejects"
    )
    rows = (
        "SELECT unnest($files::VARCHAR[]) AS name, unnest($rows::BIGINT[]) AS row, "
        "unnest($reasons::VARCHAR[]) AS reason"
    )
    stage.con.execute(
        "INSERT INTO left_out SELECT f.source, f.file, k.row, k.reason, NULL "
        f"FROM ({rows}) k JOIN files f USING (name)",
        {"files": [k[0] for k in kept], "rows": [k[1] for k in kept], "reasons": [k[2] for k in kept]},
    )
    unfinished = path.with_suffix(".part")
    selects = " UNION ALL BY NAME ".join(_select(source) for source in stage.columns)
    count = 0
    with unfinished.open("w", encoding="utf-8", newline="") as out:
        found = stage.con.execute(f'SELECT * EXCLUDE (_file) FROM ({selects}) ORDER BY _file, "row", reason')
        columns = [column[0] for column in found.description or []]
        for count, line in enumerate(csv_lines(columns, _fetched(found))):  # noqa: B007 - the last is the number
            out.write(line)
    unfinished.replace(path)
    return count


def _fetched(found: Any) -> Iterator[tuple[Any, ...]]:
    while batch := found.fetchmany(5_000):
        yield from batch


def _select(source: str) -> str:
    return f"""
        SELECT r.file AS _file, files.name AS file, r.row AS "row", r.reason, r.line AS "row as it stands",
            b.* EXCLUDE (_file, _row)
        FROM (SELECT file, row, string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason, any_value(line) AS line
            FROM left_out WHERE source = {text(source)} GROUP BY file, row) r
        JOIN files ON files.file = r.file
        LEFT JOIN {name("raw_" + source)} b ON b._file = r.file AND b._row = r.row
    """
