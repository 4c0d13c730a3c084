"""The one definition of the same text, in Python and as a pattern."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.rules.tests.strategies import texts
from aftercart.kernel.rules.text import How, _letter, fits, fold, prepare, spellings

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
def test_folding_only_the_letters_that_matter_finds_the_same(seen: str, wanted: str, how: How) -> None:
    folded = fold(wanted)
    lowered = prepare(seen).translate({code: chr(code).lower() for code in range(128)})
    partly = lowered.translate(str.maketrans(*spellings((folded,))))
    assert fits(how, partly, folded) is fits(how, fold(seen), folded)


def test_a_folded_letter_folds_to_itself() -> None:
    letters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    assert [letter for letter in letters if _letter(_letter(letter)) != _letter(letter)] == []


@given(seen=texts())
def test_ascii_takes_a_short_way_to_the_same_form(seen: str) -> None:
    plain = seen.encode("ascii", "ignore").decode()
    assert fold(plain) == fold(plain + "é")[:-1]
