"""The one place that writes CSV: people open it in a spreadsheet, which runs what looks like a formula.

Names, addresses and product titles come from strangers. A cell that begins like a formula gets an
apostrophe in front, which spreadsheets show as text. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

BOM = "\ufeff"
"""Before the first line of a file for people: spreadsheets read UTF-8 only when told."""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NEGATIVE = re.compile(r"-\d[\d.,]*")


def cell(value: Any) -> Any:
    """A cell that no spreadsheet runs; lists and mappings as JSON."""
    if isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(STARTS) and not NEGATIVE.fullmatch(value):
        return f"'{value}"
    return value


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any] | Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, one at a time: the columns, then each row as a mapping or in their order."""
    writer: Any = csv.writer(_Echo())
    yield writer.writerow([cell(column) for column in columns])
    for row in rows:
        values = [row.get(column, "") for column in columns] if isinstance(row, Mapping) else row
        yield writer.writerow([cell(value) for value in values])


class _Echo:
    """A file that gives the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
