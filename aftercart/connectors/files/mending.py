"""A file with broken lines, read record by record: the whole ones go on, the broken ones are named."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aftercart.connectors.files.dialect import Dialect

LONGEST_CELL = 1 << 20
ROW_COLUMN = "_row"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One record that does not fit the heading. ``row`` counts records, the heading being row 1."""

    row: int
    reason: str
    text: str


def mend(path: Path, dialect: Dialect, target: Path) -> Iterator[Broken]:
    """Write the records of a UTF-8 file that fit its heading to ``target``, their row number first.

    The rest is yielded. Rows may lack empty cells at their end, as spreadsheets write them.
    """
    csv.field_size_limit(LONGEST_CELL)
    with (
        path.open(encoding="utf-8", errors="replace", newline="") as lines,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote)
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        heading = next(reader, [])
        writer.writerow([ROW_COLUMN, *heading])
        row = 1
        while True:
            row += 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Broken(row=row, reason=f"this row cannot be read: {error}", text="")
                continue
            if not any(record):
                continue
            if len(record) > len(heading) and any(record[len(heading) :]):
                reason = f"this row has {len(record)} cells, the heading has {len(heading)}"
                yield Broken(row=row, reason=reason, text=dialect.delimiter.join(record))
                continue
            cells = [cell.replace("\0", "") for cell in record[: len(heading)]]
            writer.writerow([row, *cells, *[""] * (len(heading) - len(cells))])
