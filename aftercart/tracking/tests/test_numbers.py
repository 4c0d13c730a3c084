"""Recognising tracking numbers: the carriers' own samples, wrong check digits, rivals, pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.tracking.numbers import carrier_named, carrier_of, carriers, recognise, tidy, tracking_page
from aftercart.tracking.numbers.check_digits import CHECKS

SAMPLES = [
    (carrier.code, shape, sample)
    for carrier in carriers().values()
    for shape in carrier.shapes
    for sample in shape.samples
]


def test_there_are_thirty_carriers_with_check_digits_and_a_page_each() -> None:
    assert sum(any(shape.check for shape in carrier.shapes) for carrier in carriers().values()) >= 30
    for carrier in carriers().values():
        assert carrier.shapes, carrier.code
        assert all("{}" in page and page.startswith("https://") for page in carrier.pages.values())
        assert "any" in carrier.pages


@pytest.mark.parametrize(("code", "shape", "sample"), SAMPLES, ids=[f"{c}-{n}" for c, _, n in SAMPLES])
def test_a_sample_is_its_carriers(code: str, shape: object, sample: str) -> None:
    assert code in [found.carrier.code for found in recognise(sample)]
    spaced = " ".join(sample[start : start + 4] for start in range(0, len(sample), 4)).lower()
    assert code in [found.carrier.code for found in recognise(spaced)]


CHECKED = [
    (code, shape.check, sample)
    for code, shape, sample in SAMPLES
    if shape.check and shape.check not in {"usps", "smartpost"}
]


@pytest.mark.parametrize(("code", "check", "sample"), CHECKED, ids=[f"{c}-{n}" for c, _, n in CHECKED])
def test_no_other_check_digit_is_right(code: str, check: str, sample: str) -> None:
    shape = next(s for s in carriers()[code].shapes if sample in s.samples)
    match = shape.pattern.fullmatch(sample)
    assert match is not None
    body = "".join(match.groups())
    assert CHECKS[check](body)
    for other in "0123456789":
        if other != body[-1]:
            assert not CHECKS[check](body[:-1] + other)


@pytest.mark.parametrize(
    ("number", "country", "first"),
    [
        ("1Z 5R8 939 03 5756 7127", "DE", "ups"),
        ("00340434161094042557", "DE", "dhl"),
        ("RB123456785GB", "JP", "royalmail"),
        ("9505 5110 6960 5048 6006 24", "", "usps"),
        ("602677439331630337653846", "PL", "inpost"),
        ("0081 827 0998 0000 0200 33 350 276 C", "DE", "dpd"),
        ("3318810025", "", "dhlexpress"),
        ("80083740712514", "RU", "russianpost"),
    ],
)
def test_the_best_candidate(number: str, country: str, first: str) -> None:
    assert recognise(number, country=country)[0].carrier.code == first


def test_an_ambiguous_number_gives_candidates_and_the_country_ranks_them() -> None:
    sample = carriers()["yamato"].shapes[0].samples[0]
    rivals = [found.carrier.code for found in recognise(sample)]
    assert {"yamato", "sagawa", "japanpost"} <= set(rivals)
    at_home = [found.carrier.code for found in recognise(sample, country="JP")]
    assert set(at_home[:3]) == {"yamato", "sagawa", "japanpost"}
    assert carrier_of("", sample, country="JP") == ""
    assert carrier_of("ヤマト運輸", sample, country="JP") == "yamato"


@pytest.mark.parametrize("number", ["", "1Z5R89390357567128", "RB123456786GB", "hello", "RB123456785XX"])
def test_a_wrong_number_is_nobodys(number: str) -> None:
    assert [found.carrier.code for found in recognise(number) if found.certainty == "sure"] == []


def test_the_shape_alone_decides_nothing() -> None:
    assert carrier_of("", "62540312345", country="") == ""


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("DHL Paket", "dhl"),
        ("DHL Express Worldwide", "dhlexpress"),
        ("Poczta Polska - Kurier 48", "pocztapolska"),
        ("Почта России", "russianpost"),
        ("myHermes UK", "evri"),
        ("UPS Standard", "ups"),
    ],
)
def test_the_name_a_shop_uses(name: str, code: str) -> None:
    found = carrier_named(name)
    assert found is not None
    assert found.code == code


def test_a_strange_name_is_unknown() -> None:
    assert carrier_named("Uncle Bob") is None
    assert carrier_named("") is None


@pytest.mark.parametrize(
    ("language", "part"),
    [("pl", "/pl-pl/"), ("ja", "/jp-ja/"), ("th", "/th-th/"), ("ru", "/global-en/"), ("", "/global-en/")],
)
def test_the_page_speaks_the_readers_language_where_it_can(language: str, part: str) -> None:
    page = tracking_page(carrier="DHL", tracking_number="1 2", tracking_url="", language=language)
    assert part in page
    assert page.endswith("1%202")


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    recognise(text)
