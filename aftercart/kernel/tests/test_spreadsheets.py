"""What a spreadsheet would run is text; and nobody else writes CSV."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.spreadsheets import STARTS, cell, csv_lines

FORMULAS = [
    '=cmd|" /C calc"!A1',
    "+49 170 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "－1",
    "-",
    "--1",
]
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["-1", "-1.5", "-1,234.50", -1, -1.5, Decimal("-2.50"), None, True, "a=b", "", "'=1"]
)
def test_numbers_and_other_texts_stay(value: object) -> None:
    assert cell(value) == value


def test_lists_and_mappings_are_json() -> None:
    assert cell({"a": ["ü", 1]}) == '{"a": ["ü", 1]}'


@given(st.lists(st.lists(WORDS, min_size=2, max_size=2)))
def test_any_text_comes_back_as_it_was_and_none_begins_like_a_formula(rows: list[list[str]]) -> None:
    told = "".join(csv_lines(["=a", "b"], rows))
    heads, *read = list(csv.reader(io.StringIO(told, newline="")))
    assert heads == ["'=a", "b"]
    for row, original in zip(read, rows, strict=True):
        for text, was in zip(row, original, strict=True):
            assert text in {was, f"'{was}"}
            assert text == was or was.startswith(STARTS)


def test_csv_is_written_nowhere_else() -> None:
    sources = [path for path in Path(settings.PACKAGE_DIR).rglob("*.py") if "tests" not in path.parts]
    writing = {
        path.name for path in sources if "csv.writer(" in (text := path.read_text()) or "DictWriter(" in text
    }
    assert writing == {"spreadsheets.py", "mending.py"}, "mending writes what the importer reads itself"
