"""Writes the export: table by table, row by row, all of one moment, the manifest last."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import connection, transaction
from django.db.models import QuerySet

from aftercart.config.export.tables import LEFT_OUT, LEFT_OUT_COLUMNS, Table, exported_tables
from aftercart.kernel import clock
from aftercart.kernel.spreadsheets import BOM, csv_lines

FORMAT, FORMAT_VERSION = "aftercart-export", 1
CHUNK = 2_000
PIECE = 1024 * 1024
Say = Callable[[str, int], None]


class NotEmpty(Exception):
    """There is something in the folder already. The message says what to do."""


def write_export(folder: Path, *, say: Say, with_files: bool = True) -> dict[str, Any]:
    """Write everything into a new or empty folder; gives the manifest, whose file is written last.

    Memory stays the same however many rows there are. ``say`` is told each table and its rows.

    Raises:
        NotEmpty: when the folder holds something.
        OSError: when it cannot be written, a full disk for instance; there is no manifest then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty: name a new folder.")
    with _one_moment():
        made_at = clock.now()
        tables = [_write_table(folder, table, say) for table in exported_tables()]
    manifest = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "made_by": f"aftercart {version('aftercart')}",
        "made_at": made_at.isoformat(),
        "tables": tables,
        "files": _write_files(folder, say) if with_files else [],
        "left_out": [{"table": label, "reason": reason} for label, reason in sorted(LEFT_OUT.items())],
        "left_out_columns": [
            {"table": label, "column": column, "reason": reason}
            for label, columns in sorted(LEFT_OUT_COLUMNS.items())
            for column, reason in columns.items()
        ],
    }
    unfinished = folder / "manifest.part"
    unfinished.write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
    unfinished.replace(folder / "manifest.json")
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is now, and on neither database holds up a writer."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # Django's own would take the write lock
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _write_table(folder: Path, table: Table, say: Say) -> dict[str, Any]:
    path = folder / table.path
    path.parent.mkdir(mode=0o700, exist_ok=True)
    names = [column.name for column in table.columns]
    lines, sheet = Written(path.with_suffix(".jsonl")), Written(path.with_suffix(".csv"))
    rows = 0

    def written() -> Iterator[list[Any]]:
        nonlocal rows
        for values in _rows(table, names):
            lines.write(json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False) + "\n")
            rows += 1
            yield values

    with lines, sheet:
        sheet.write(BOM)
        for line in csv_lines(names, written()):
            sheet.write(line)
    say(table.label, rows)
    return {
        "table": table.label,
        "about": table.about,
        "rows": rows,
        "columns": [asdict(column) for column in table.columns],
        "files": [lines.told(folder), sheet.told(folder)],
    }


def _rows(table: Table, names: list[str]) -> Iterator[list[Any]]:
    found: QuerySet[Any, Any] = (
        QuerySet(table.model).order_by("pk").values_list(*names)
    )  # no manager of its own may hide rows
    for values in found.iterator(chunk_size=CHUNK):
        yield [plain(value) for value in values]


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in UTC, decimals and bytes as text, spans in seconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value) if isinstance(value, Decimal | UUID) else value


class Written:
    """A file that knows its size and SHA-256, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path, self.size, self._sum = path, 0, hashlib.sha256()

    def __enter__(self) -> Written:
        self._file = self.path.open("xb")
        self.path.chmod(0o600)
        return self

    def __exit__(self, *trouble: object) -> None:
        self._file.close()

    def write(self, content: str | bytes) -> None:
        """Append text or bytes."""
        raw = content.encode() if isinstance(content, str) else content
        self._file.write(raw)
        self._sum.update(raw)
        self.size += len(raw)

    def told(self, folder: Path) -> dict[str, Any]:
        """What the manifest says of the file."""
        path = self.path.relative_to(folder).as_posix()
        return {"path": path, "bytes": self.size, "sha256": self._sum.hexdigest()}


def _write_files(folder: Path, say: Say) -> list[dict[str, Any]]:
    """Copy what people sent (photos): every storage but the one of our own static files."""
    told = []
    for alias in sorted(set(settings.STORAGES) - {"staticfiles"}):
        storage, count = storages[alias], 0
        for name in _names(storage, ""):
            target = Written(folder / "files" / alias / name)
            target.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with storage.open(name) as source, target:
                while piece := source.read(PIECE):
                    target.write(piece)
            told.append(target.told(folder))
            count += 1
        say(f"files/{alias}", count)
    return told


def _names(storage: Storage, under: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(under)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{under}{name}"
    for name in sorted(folders):
        yield from _names(storage, f"{under}{name}/")
