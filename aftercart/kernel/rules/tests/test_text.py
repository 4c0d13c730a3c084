"""The one definition of the same text, in Python and as a pattern."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.rules.tests.strategies import texts
from aftercart.kernel.rules.text import How, fits, fold, pattern, prepare

SAME = [
    ("ŁÓDŹ", "łódź"),
    ("Żo\u0301łw", "żółw"),
    ("ＴＯＫＹＯ　１", "tokyo 1"),
    ("ﾄｳｷｮｳ", "トウキョウ"),
    ("ｶﾞ", "ガ"),
    ("Ёлка", "ёлка"),
    ("Е\u0308лка", "ёлка"),
    ("นํ้า", "นํ้า"),
    ("İstanbul", "istanbul"),
    ("İSTANBUL".lower(), "istanbul"),
    ("ISPARTA", "ısparta"),
    ("STRASSE", "straße"),
    ("STRAẞE", "strasse"),
    ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
    ("ﬁn", "FIN"),
    ("\u212aelvin", "kelvin"),
]
DIFFERENT = [
    ("Łódź", "Lodz"),
    ("ёлка", "елка"),
    ("とうきょう", "トウキョウ"),
    ("น้ำ", "นำ"),
    ("naïve", "naive"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_not_the_same(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(seen=texts(), wanted=texts(), how=st.sampled_from(["is", "contains", "starts", "ends"]))
def test_a_pattern_finds_what_folding_finds(seen: str, wanted: str, how: How) -> None:
    # Python's "$" also matches before a last line feed, PostgreSQL's does not.
    expression = re.sub(r"\$$", r"\\Z", pattern(how, (fold(wanted),)))
    found = re.search(expression, prepare(seen))
    assert bool(found) is fits(how, fold(seen), fold(wanted))


@given(seen=texts())
def test_ascii_takes_a_short_way_to_the_same_form(seen: str) -> None:
    plain = seen.encode("ascii", "ignore").decode()
    assert fold(plain) == fold(plain + "é")[:-1]
