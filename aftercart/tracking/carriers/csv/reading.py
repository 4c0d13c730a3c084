"""A file of tracking: one scan a row. Pure.

Columns, in any order and with common other names: ``tracking_number``, ``status`` or ``code``, ``occurred_at``,
``reason``, ``message``, ``place``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from aftercart.tracking.carriers.webhook.reading import scan_of
from aftercart.tracking.ports import HeardScan

SOURCE = "csv"
MOST_ROWS = 5_000
MOST_BYTES = 2_000_000
NAMES: Mapping[str, tuple[str, ...]] = {
    "tracking_number": ("tracking_number", "tracking number", "tracking", "number", "parcel", "awb"),
    "status": ("status", "state"),
    "code": ("code", "event code", "raw_code"),
    "occurred_at": ("occurred_at", "time", "timestamp", "date", "event time", "datetime"),
    "reason": ("reason",),
    "message": ("message", "description", "event", "text"),
    "place": ("place", "location", "city"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that can be taken; ``line`` is its line in the file."""

    line: int
    tracking_number: str
    scan: HeardScan


@dataclass(frozen=True, kw_only=True)
class Reject:
    """A row that cannot, and why."""

    line: int
    says: str
    row: str


@dataclass(kw_only=True)
class Reading:
    """What a file says; ``wrong`` is what keeps all of it from being read."""

    rows: list[Row] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    wrong: str = ""


def read(data: bytes) -> Reading:
    """The rows of a file and its rejects, with the reason in words."""
    if len(data) > MOST_BYTES:
        return Reading(wrong="The file is larger than 2 MB; split it.")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Reading(wrong="The file is not UTF-8 text; save it as CSV UTF-8.")
    if "\0" in content:
        return Reading(wrong="The file is not text; save it as CSV UTF-8.")
    head = content.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        return _read(list(rows))
    except csv.Error as error:
        return Reading(wrong=f"The file cannot be read as CSV: {error}.")


def _read(lines: list[list[str]]) -> Reading:
    columns = _columns(lines[0]) if lines else {}
    if missing := [name for name in ("tracking_number", "occurred_at") if name not in columns]:
        return Reading(wrong=f"The first line names no column for {' and '.join(missing)}.")
    if "status" not in columns and "code" not in columns:
        return Reading(wrong="The first line names no column for status or code.")
    if len(lines) > MOST_ROWS + 1:
        return Reading(wrong=f"The file has more than {MOST_ROWS:,} rows; split it.")
    reading = Reading()
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            _take(reading, number, cells, columns)
    return reading


def _take(reading: Reading, line: int, cells: list[str], columns: Mapping[str, int]) -> None:
    told = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
    told["status"] = told.get("status", "").casefold().replace(" ", "_")
    scan, wrong = scan_of(told)
    number = told["tracking_number"][:80]
    if scan is None or not number:
        says = wrong or "tracking_number is missing"
        reading.rejects.append(Reject(line=line, says=says, row=", ".join(cells)[:200]))
    else:
        reading.rows.append(Row(line=line, tracking_number=number, scan=scan))


def _columns(head: list[str]) -> dict[str, int]:
    names = [cell.strip().casefold() for cell in head]
    return {
        column: names.index(known)
        for column, others in NAMES.items()
        if (known := next((other for other in others if other in names), ""))
    }
