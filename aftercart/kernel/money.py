"""Money: integer minor units and an ISO currency in tables, ``moneyed.Money`` at the edges, never a float."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision
from moneyed import CurrencyDoesNotExist, Money, get_currency


class MoneyError(ValueError):
    """The text is no amount, or the code no currency. The message says which."""


@cache
def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY.

    Raises:
        MoneyError: when the code is not an ISO 4217 currency.
    """
    try:
        get_currency(currency)
    except CurrencyDoesNotExist as error:
        raise MoneyError(f"{currency!r} is not an ISO 4217 currency code, such as EUR") from error
    return get_currency_precision(currency)


def from_minor(minor: int, currency: str) -> Money:
    """Minor units (1999) to money (EUR 19.99)."""
    return Money(Decimal(minor).scaleb(-exponent(currency)), currency)


def to_minor(amount: Decimal | Money, currency: str = "") -> int:
    """Money or a decimal amount to minor units, rounded half-even at the minor unit."""
    if isinstance(amount, Money):
        return to_minor(amount.amount, amount.currency.code)
    places = Decimal(1).scaleb(-exponent(currency))
    return int(amount.quantize(places, rounding=ROUND_HALF_EVEN).scaleb(exponent(currency)))


def parse_minor(text: str, currency: str) -> int:
    """``"19.99"`` to 1999.

    Raises:
        MoneyError: when the text is not a plain decimal number.
    """
    try:
        amount = Decimal(text.strip())
    except InvalidOperation as error:
        raise MoneyError(f"{text!r} is not an amount: write it like 19.99") from error
    if not amount.is_finite():
        raise MoneyError(f"{text!r} is not an amount: write it like 19.99")
    return to_minor(amount, currency)


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share ``total`` minor units in proportion to ``weights``; the parts add up exactly.

    Largest-remainder method; ties go to the earlier part. All weights zero means equal parts.

    Raises:
        ValueError: when there are no weights or one is negative.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("split() needs at least one weight, none negative")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for index in by_remainder[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def format_minor(minor: int, currency: str, language: str = "en") -> str:
    """Minor units as a reader of the language expects them: ``€19.99``, ``19,99 €``, ``￥1,980``."""
    return format_currency(Decimal(minor).scaleb(-exponent(currency)), currency, locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
