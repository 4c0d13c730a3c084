"""What can be taken along: a table of the export as one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from aftercart.insights.export.manifest import Manifest, folder
from aftercart.insights.export.tables import ExportTable
from aftercart.insights.export.writing import write_file


def whole_table(manifest: Manifest, table: ExportTable) -> Path:
    """The table as one Parquet file, put together from its chunks when first asked for."""
    paths = manifest.paths(table.name)
    if len(paths) == 1:
        return paths[0]
    whole = folder() / ".downloads" / f"{table.name}-{manifest.version}.parquet"
    if not whole.exists():
        for old in whole.parent.glob(f"{table.name}-*.parquet"):
            old.unlink(missing_ok=True)
        write_file(whole, table.schema, _batches(paths))
    return whole


def _batches(paths: list[Path]) -> Iterator[pa.RecordBatch]:
    for path in paths:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches()
