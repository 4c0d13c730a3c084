"""Money adds up, in every currency and language, and never is a float."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from aftercart.kernel.money import (
    LARGEST,
    MoneyError,
    exponent,
    format_minor,
    from_minor,
    parse_local_minor,
    parse_minor,
    split,
    to_minor,
)

LANGUAGES = st.sampled_from(["en", "pl", "ja", "ru", "th"])
CURRENCIES = st.sampled_from(["EUR", "USD", "PLN", "THB", "RUB", "JPY", "KRW", "KWD", "BHD", "RSD", "IQD"])
MINOR = st.integers(-LARGEST, LARGEST)
EVERYDAY = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("RSD", 2), ("IQD", 3), ("CLP", 0)]
)
def test_decimals_are_those_of_the_standard(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["", "EURO", "eur", "ABC", "€"])
def test_a_code_that_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(MoneyError, match="not an ISO 4217"):
        exponent(code)


@given(minor=MINOR, currency=CURRENCIES)
def test_minor_units_survive_money(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency)) == minor


@given(minor=MINOR, currency=CURRENCIES)
def test_minor_units_survive_plain_text(minor: int, currency: str) -> None:
    assert parse_minor(str(from_minor(minor, currency).amount), currency) == minor


@given(minor=EVERYDAY, currency=CURRENCIES, language=LANGUAGES)
def test_what_is_shown_can_be_typed_back(minor: int, currency: str, language: str) -> None:
    assert parse_local_minor(format_minor(minor, currency, language), currency, language) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "language", "shown"),
    [
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "PLN", "pl", "1 234,50 zł"),
        (1980, "JPY", "ja", "￥1,980"),
        (123450, "RUB", "ru", "1 234,50 ₽"),
        (123450, "THB", "th", "฿1,234.50"),
        (12345, "KWD", "en", "KWD 12.345"),
        (-5, "EUR", "pl", "-0,05 €"),
        (1234, "RSD", "en", "RSD 12.34"),
        (100, "EUR", "tlh", "€1.00"),
    ],
)
def test_amounts_look_as_readers_expect(minor: int, currency: str, language: str, shown: str) -> None:
    assert format_minor(minor, currency, language).replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    ("text", "currency", "language", "minor"),
    [
        ("19,99", "PLN", "pl", 1999),
        ("1 234,50 zł", "PLN", "pl", 123450),
        ("1234,5", "RUB", "ru", 123450),
        ("1 234,50 руб.", "RUB", "ru", 123450),
        ("１，９８０円", "JPY", "ja", 1980),
        ("๑๙.๙๙ บาท", "THB", "th", 1999),
        ("−5.00", "EUR", "en", -500),
        (" $ 1,234.5 ", "USD", "en", 123450),
    ],
)
def test_people_type_as_they_write(text: str, currency: str, language: str, minor: int) -> None:
    assert parse_local_minor(text, currency, language) == minor


@pytest.mark.parametrize(
    ("text", "currency", "language"),
    [
        ("19.99", "PLN", "pl"),
        ("1,23", "EUR", "en"),
        ("19.999", "EUR", "en"),
        ("1.5", "JPY", "ja"),
        ("", "EUR", "en"),
        ("free", "EUR", "en"),
        ("1-2", "EUR", "en"),
        ("1e5", "EUR", "en"),
    ],
)
def test_what_may_be_misread_is_refused(text: str, currency: str, language: str) -> None:
    with pytest.raises(MoneyError):
        parse_local_minor(text, currency, language)


@pytest.mark.parametrize(
    "text", ["", "abc", "19,99", "1_000", "1e3", "NaN", "Infinity", "१२", "0x10", "1 0", "."]
)
def test_plain_text_is_plain(text: str) -> None:
    with pytest.raises(MoneyError, match="write it like"):
        parse_minor(text, "EUR")


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("0.005", 0), ("0.015", 2), ("0.025", 2), ("-0.015", -2), ("1.0049", 100), ("2.675", 268)],
)
def test_rounding_is_half_even_at_the_minor_unit(amount: str, minor: int) -> None:
    assert to_minor(Decimal(amount), "EUR") == minor
    assert parse_minor(amount, "EUR") == minor
    assert to_minor(Money(amount, "EUR")) == minor


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e400"), Decimal(2**63)])
def test_what_no_table_holds_is_refused(amount: Decimal) -> None:
    with pytest.raises(MoneyError):
        to_minor(amount, "EUR")


@given(total=MINOR, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_parts_add_up_exactly_and_are_fair(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        exact = Decimal(weight) * total / whole if whole else Decimal(total) / len(weights)
        assert abs(part - exact) < Decimal("1.000001")
        assert part == 0 or (part > 0) == (total > 0)
        assert whole == 0 or weight > 0 or part == 0


@given(total=MINOR, weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=10))
def test_parts_of_a_refund_mirror_those_of_the_charge(total: int, weights: list[int]) -> None:
    assert split(-total, weights) == [-part for part in split(total, weights)]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (5, [0, 0], [3, 2]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [0, 5, 0, 5], [0, 5, 0, 5]),
        (1, [1, 2], [0, 1]),
        (7, [3], [7]),
    ],
)
def test_the_largest_remainder_gets_the_cent(total: int, weights: list[int], parts: list[int]) -> None:
    assert split(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_weights_must_mean_something(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="at least one weight"):
        split(10, weights)
