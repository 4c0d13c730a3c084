"""Writing chunk files: a file is whole before it has its name, and its name is never used again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from aftercart.insights.export.manifest import EMPTY, Manifest, folder
from aftercart.insights.export.reading import batches
from aftercart.insights.export.tables import TABLES, ExportTable

KEPT_SECONDS = 900.0  # how long a reader may go on with a manifest that was replaced


def write_chunk(
    table: ExportTable, chunk: int, zones: Mapping[int, ZoneInfo], *, version: int
) -> tuple[str, int] | None:
    """Write a chunk as the database has it now. Returns (file name, rows), ``None`` when it has no rows."""
    name = f"{chunk if chunk >= 0 else 'loose'}-{version}.parquet"
    rows = write_file(folder() / table.name / name, table.schema, batches(table, chunk, zones))
    return (name, rows) if rows else None


def write_file(path: Path, schema: pa.Schema, content: Iterable[pa.RecordBatch]) -> int:
    """Write batches to a Parquet file that appears at ``path`` only when whole. Returns its rows.

    Without any row no file is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    rows = 0
    with pq.ParquetWriter(fresh, schema, compression="zstd") as writer:
        for batch in content:
            writer.write_batch(batch)
            rows += batch.num_rows
    if rows:
        fresh.replace(path)
    else:
        fresh.unlink()
    return rows


def ensure_empty_files() -> None:
    """A file without rows for each table, so that an engine knows the columns of one that is empty."""
    for table in TABLES.values():
        path = folder() / table.name / EMPTY
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table.schema.empty_table(), path)


def sweep(manifest: Manifest, *, now: float | None = None) -> int:
    """Remove files that no manifest has named for a while. Returns how many."""
    kept = {path for name in TABLES for path in manifest.paths(name)}
    before = (time.time() if now is None else now) - KEPT_SECONDS
    gone = 0
    for path in folder().glob("*/*"):
        if path in kept or path.name == EMPTY or path.suffix not in {".parquet", ".tmp"}:
            continue
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
