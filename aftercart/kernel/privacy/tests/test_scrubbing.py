from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.privacy.registry import Identifiers
from aftercart.kernel.privacy.scrubbing import ERASED, Scrubber

SAM = Identifiers(
    emails=frozenset({"sam@shopper.example"}),
    names=frozenset({"Sam Shopper", "田中 太郎"}),
    phones=frozenset({"+49 30 1234567"}),
    texts=frozenset({"Lindenweg 5", "Al"}),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mail SAM@shopper.example now", f"Mail {ERASED} now"),
        ("/thanks?email=sam%40shopper.example&x=1", f"/thanks?email={ERASED}&x=1"),
        ("Sam Shopper, Lindenweg 5", f"{ERASED}, {ERASED}"),
        ("Lindenweg 55", "Lindenweg 55"),
        ("xsam@shopper.example.org", "xsam@shopper.example.org"),
        ("Al dente", "Al dente"),
        ("田中 太郎 様", f"{ERASED} 様"),
        ("call +49 30 1234567!", f"call {ERASED}!"),
        ("Sam and Shopper", "Sam and Shopper"),
    ],
)
def test_what_names_the_person_goes_and_nothing_else(text: str, left: str) -> None:
    assert Scrubber(SAM).text(text) == left


def test_personal_properties_go_whatever_is_in_them() -> None:
    facts = {
        "order_id": 7,
        "name": "Linen apron",
        "Email": "other@example.org",
        "shipping_address": {"line": "x"},
        "age": 40,
        "traits": ["a"],
        "phone": "",
        "products": [{"name": "Oak spoon", "note": "for Sam Shopper"}],
    }
    assert Scrubber(SAM).value(facts) == {
        "order_id": 7,
        "name": "Linen apron",
        "Email": ERASED,
        "shipping_address": {},
        "age": None,
        "traits": [],
        "phone": "",
        "products": [{"name": "Oak spoon", "note": f"for {ERASED}"}],
    }


@given(value=JSON)
def test_scrubbing_twice_is_scrubbing_once(value: object) -> None:
    scrubber = Scrubber(SAM)
    once = scrubber.value(value)
    assert scrubber.value(once) == once


@given(value=JSON)
def test_nobody_known_changes_no_text(value: object) -> None:
    assert Scrubber(Identifiers()).text(str(value)) == str(value)
