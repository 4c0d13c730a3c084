"""What the first rows of files would become, without touching the shop."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb

from aftercart.connectors.files.opening import InputFile, Opened, open_file
from aftercart.connectors.mapping.model import Mapping
from aftercart.connectors.mapping.shipped import read_shipped, shipped_names
from aftercart.connectors.staging.building import build_stage
from aftercart.connectors.staging.sources import recognise, selected
from aftercart.connectors.staging.stage import Stage
from aftercart.orders.models import FulfilmentState, PaymentState

SHOWN = 12
ROWS = 2_000
WHOLE = 30 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Rows to show. ``is_part`` says that only the beginning of the files was read."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    customers: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    is_part: bool = False


def preview_of(
    mapping: Mapping, files: Sequence[InputFile], currency: str, *, encoding: str = "", delimiter: str = ""
) -> Preview:
    """The first things that come out of the files, and the first rows that do not.

    Small files are read whole; of larger ones the first rows, so that things spread over several files may
    miss their other half here.

    Raises:
        UnreadableFile, MappingError: as an import would.
    """
    folder = Path(tempfile.mkdtemp(prefix="aftercart-preview-"))
    is_part = sum(file.size for file in files) > WHOLE
    try:
        stage = build_stage(
            folder=folder / "stage",
            mapping=mapping,
            files=files,
            currency=currency,
            rows=ROWS if is_part else 0,
            encoding=encoding,
            delimiter=delimiter,
        )
        with stage.con:
            return _shown(stage, is_part=is_part)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _shown(stage: Stage, *, is_part: bool) -> Preview:
    tables = {"orders": "f_order", "customers": "f_person", "products": "f_product"}
    rejects = "(SELECT DISTINCT source, file, row FROM rejects)"
    return Preview(
        orders=_orders(stage),
        customers=_rows(
            stage, "SELECT name, email, city, country, ids FROM f_person WHERE is_from_file ORDER BY pid"
        ),
        products=_rows(
            stage,
            "SELECT p.title, p.vendor, p.kind, count(v.sku) AS variants, min(v.sku) AS sku FROM f_product p "
            "LEFT JOIN f_variant v USING (nr) GROUP BY p.nr, p.title, p.vendor, p.kind ORDER BY p.nr",
        ),
        rejected=_rows(
            stage,
            "SELECT f.name AS file, r.row, string_agg(DISTINCT r.reason, '; ') AS reason "
            "FROM rejects r JOIN files f USING (file) GROUP BY f.file, f.name, r.row ORDER BY f.file, r.row",
        ),
        counts={name: stage.number(f"SELECT count(*) FROM {table}") for name, table in tables.items()}  # noqa: S608
        | {"rejected": stage.number(f"SELECT count(*) FROM {rejects}")},  # noqa: S608
        is_part=is_part,
    )


def _orders(stage: Stage) -> list[dict[str, Any]]:
    rows = _rows(
        stage,
        "SELECT number, coalesce(person_name, nullif(email, ''), customer) AS customer, placed_at, currency, total, "
        "lines, payment_state, fulfilment_state, is_cancelled, is_credit_note FROM f_order ORDER BY _file, _row",
    )
    return [
        row
        | {
            "placed_at": row["placed_at"].replace(tzinfo=UTC),
            "payment_says": PaymentState(row["payment_state"]).label.lower(),
            "fulfilment_says": FulfilmentState(row["fulfilment_state"]).label.lower(),
        }
        for row in rows
    ]


def _rows(stage: Stage, query: str) -> list[dict[str, Any]]:
    found = stage.con.execute(f"{query} LIMIT {SHOWN}")
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def shipped_for(headings: Sequence[Sequence[str]]) -> str:
    """The shipped mapping that knows every one of the files; empty when none does."""
    for name in shipped_names():
        mapping = read_shipped(name)
        if headings and all(recognise(mapping, columns) for columns in headings):
            return name
    return ""


def opened_files(files: Sequence[InputFile], folder: Path) -> list[Opened]:
    """The files made ready in ``folder``, to see their headings.

    Raises:
        UnreadableFile: when one cannot be read.
    """
    return [open_file(file, folder) for file in files]


def first_rows(opened: Opened, count: int = 5) -> list[list[str | None]]:
    """The first rows of a file as texts."""
    with duckdb.connect() as con:
        rows = con.execute(f"SELECT * EXCLUDE (_file, _row) FROM ({selected(0, opened)}) LIMIT {int(count)}")  # noqa: S608
        return [list(row) for row in rows.fetchall()]
