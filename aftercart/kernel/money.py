"""Money: integer minor units and an ISO currency in tables, ``moneyed.Money`` at the edges, never a float."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import format_currency, get_currency_symbol, get_decimal_symbol, get_group_symbol
from moneyed import CurrencyDoesNotExist, Money, get_currency

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
LARGEST = 2**63 - 1


class MoneyError(ValueError):
    """The text is no amount, or the code no currency. The message says which."""


@cache
def exponent(currency: str) -> int:
    """How many decimals the currency has by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD.

    Not the decimals people write (CLDR gives RSD none): banks and stores count by the standard.

    Raises:
        MoneyError: when the code is not an ISO 4217 currency.
    """
    try:
        units = get_currency(currency).sub_unit
    except CurrencyDoesNotExist as error:
        raise MoneyError(f"{currency!r} is not an ISO 4217 currency code, such as EUR") from error
    return len(str(units)) - 1


def from_minor(minor: int, currency: str) -> Money:
    """Minor units (1999) to money (EUR 19.99)."""
    return Money(Decimal(minor).scaleb(-exponent(currency)), currency)


def to_minor(amount: Decimal | Money, currency: str = "") -> int:
    """Money or a decimal amount to minor units, rounded half-even at the minor unit.

    Raises:
        MoneyError: when the amount is no number, or larger than any table holds (``LARGEST``).
    """
    if isinstance(amount, Money):
        return to_minor(amount.amount, amount.currency.code)
    try:
        minor = int(amount.scaleb(exponent(currency)).to_integral_value(rounding=ROUND_HALF_EVEN))
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise MoneyError(f"{amount} is not an amount") from error
    if abs(minor) > LARGEST:
        raise MoneyError(f"{amount:.6g} {currency} is more than can be kept")
    return minor


def parse_minor(text: str, currency: str) -> int:
    """``"19.99"`` to 1999, as files and machines write it: a point, no grouping.

    Raises:
        MoneyError: when the text is not a plain decimal number.
    """
    plain = text.strip()
    if not PLAIN.fullmatch(plain):
        raise MoneyError(f"{text[:40]!r} is not an amount: write it like 19.99")
    return to_minor(Decimal(plain), currency)


def parse_local_minor(text: str, currency: str, language: str) -> int:
    """What a person typed in their language to minor units: ``1 234,50 zł``, ``￥1,980``, ``๑๙.๙๙``.

    Raises:
        MoneyError: when it is no amount in that language, or has more decimals than the currency.
    """
    number = _without_words(unicodedata.normalize("NFKC", text))
    if not _written(_locale(language)).fullmatch(number):
        example = format_minor(123450, currency, language)
        raise MoneyError(f"{text[:40]!r} is not an amount: write it like {example}")
    group, point = _symbols(_locale(language))
    amount = Decimal(number.replace(group, "").replace(point, "."))
    minor = to_minor(amount, currency)
    if amount != Decimal(minor).scaleb(-exponent(currency)):
        raise MoneyError(f"{text[:40]!r} has more decimals than {currency}, which has {exponent(currency)}")
    return minor


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
    amount, locale = Decimal(minor).scaleb(-exponent(currency)), _locale(language)
    pattern = _pattern(currency, locale)
    return format_currency(amount, currency, pattern, locale=locale, decimal_quantization=False)


@cache
def _pattern(currency: str, locale: Locale) -> str:
    """The language's own pattern, with a space where letters would touch the digits (``KWD 12.345``)."""
    pattern = str(locale.currency_formats["standard"].pattern)
    is_word = get_currency_symbol(currency, locale=locale)[-1:].isalpha()
    return pattern.replace("¤#", "¤\xa0#") if is_word else pattern


@cache
def _written(locale: Locale) -> re.Pattern[str]:
    """How the language writes a number: digits in any script, grouped by three or not at all."""
    group, point = (re.escape(symbol) for symbol in _symbols(locale))
    return re.compile(rf"-?(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)(?:{point}\d+)?")


@cache
def _symbols(locale: Locale) -> tuple[str, str]:
    """What groups thousands and what begins the decimals; every kind of space is a plain one."""
    group = unicodedata.normalize("NFKC", get_group_symbol(locale))
    return group, get_decimal_symbol(locale)


def _without_words(text: str) -> str:
    """The number alone: symbols, codes and words around it (``zł``, ``руб.``, ``JPY``) dropped."""
    kept = "".join(
        " " if unicodedata.category(letter)[0] in "LMC" or unicodedata.category(letter) == "Sc" else letter
        for letter in text.replace("\u2212", "-")
    )
    sign = "-" if kept.lstrip().startswith("-") else ""
    return sign + kept.strip(" -+.,'")


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
