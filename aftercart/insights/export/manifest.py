"""The manifest: which files are the export. A reader that holds one sees one state of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

from django.conf import settings

from aftercart.insights.export.tables import SCHEMA_VERSION, TABLES


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The state of the export. ``files`` maps a table to its chunks' file names; ``rows`` likewise.

    ``version`` grows with every change, so results may be kept by it; ``is_complete`` is false while
    the first export runs.
    """

    version: int
    database: str
    schema: int
    written_at: datetime
    is_complete: bool
    files: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    rows: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def paths(self, table: str) -> list[Path]:
        """The files of a table, in the order of their chunks; an empty one when it has no rows."""
        files = self.files.get(table, {})
        names = [files[chunk] for chunk in sorted(files)] or [EMPTY]
        return [folder() / table / name for name in names]

    def chunks(self) -> Iterator[tuple[str, int]]:
        """All (table, chunk) pairs there are files of."""
        return ((table, chunk) for table, files in self.files.items() for chunk in files)

    def count(self, table: str) -> int:
        """How many rows the table has."""
        return sum(self.rows.get(table, {}).values())


EMPTY = f"empty-v{SCHEMA_VERSION}.parquet"


def folder() -> Path:
    """Where the export lives."""
    return Path(settings.DATA_DIR) / "parquet"


def read_manifest() -> Manifest | None:
    """The newest manifest; ``None`` when there is none that this version of the program understands."""
    try:
        told = json.loads((folder() / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if told["schema"] != SCHEMA_VERSION:
        return None
    return Manifest(
        version=told["version"],
        database=told["database"],
        schema=told["schema"],
        written_at=datetime.fromisoformat(told["written_at"]),
        is_complete=told["is_complete"],
        files={
            name: {int(key): value for key, value in files.items()} for name, files in told["files"].items()
        },
        rows={name: {int(key): value for key, value in rows.items()} for name, rows in told["rows"].items()},
    )


def write_manifest(manifest: Manifest) -> None:
    """Put the manifest in place in one step: a reader sees the old one or the new one, whole."""
    told = {
        "version": manifest.version,
        "database": manifest.database,
        "schema": manifest.schema,
        "written_at": manifest.written_at.isoformat(),
        "is_complete": manifest.is_complete,
        "columns": {name: {c.name: str(c.kind) for c in table.columns} for name, table in TABLES.items()},
        "files": manifest.files,
        "rows": manifest.rows,
    }
    place = folder() / "manifest.json"
    fresh = place.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps(told, indent=1), encoding="utf-8")
    fresh.replace(place)


@contextmanager
def only_writer() -> Iterator[None]:
    """Wait for and hold the right to write the export: one process at a time."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / ".lock").open("w") as handle:
        flock(handle, LOCK_EX)
        yield
