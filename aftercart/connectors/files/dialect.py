"""Which delimiter and quote a text file uses, judged by its first lines."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    quote: str = '"'


def detect_dialect(sample: str, delimiter: str = "") -> Dialect:
    """The delimiter (unless it is given) and quote under which most lines have the heading's number of cells."""
    first = sample.partition("\n")[0].strip()
    quote = "'" if len(first) > 1 and first[0] == first[-1] == "'" else '"'
    candidates = [Dialect(delimiter=mark, quote=quote) for mark in ([delimiter] if delimiter else DELIMITERS)]
    return max(candidates, key=lambda dialect: _score(sample, dialect))


def _score(sample: str, dialect: Dialect) -> tuple[float, int, bool]:
    reader = csv.reader(io.StringIO(sample), delimiter=dialect.delimiter, quotechar=dialect.quote)
    try:
        widths = [len(row) for row in reader if row]
    except csv.Error:
        return 0.0, 0, False
    if not widths or widths[0] < 2:
        return 0.0, 0, dialect.delimiter == ","
    agreeing = Counter(widths)[widths[0]] / len(widths)
    return round(agreeing, 2), widths[0], True
