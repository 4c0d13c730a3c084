"""The types a fact may have: how a value is read from a rule, made comparable, and said in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel import Locale

from aftercart.kernel.money import MoneyError, exponent, format_minor
from aftercart.kernel.rules.conditions import Amount
from aftercart.kernel.rules.text import fold

MAX_TEXT = 500
MAX_NUMBER = 10**15


class UnreadableError(ValueError):
    """A value in a rule cannot be read. The message is a sentence for whoever writes the rule."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What narrows a type: its choices, the decimals it keeps. ``strict`` is off for rules already stored."""

    choices: Sequence[tuple[str, str]] = ()
    places: int = 0
    strict: bool = True


class Kind:
    """A type of fact. ``read`` takes JSON from a rule, ``normal`` takes what a model or a getter gave."""

    name: str
    label: str

    def read(self, value: object, options: Options) -> Any:
        """The wanted value.

        Raises:
            UnreadableError: when the JSON is not such a value.
        """
        raise NotImplementedError

    def normal(self, raw: Any, options: Options) -> Any:
        """The value as seen, comparable with what ``read`` gives; ``None`` when unknown."""
        return raw

    def words(self, value: Any, options: Options) -> str:
        """The value as a shopkeeper reads it."""
        return str(value)


class Text(Kind):
    """Any text; the empty text is unknown."""

    name, label = "text", "Text"

    def read(self, value: object, options: Options) -> str:
        if not isinstance(value, str):
            raise UnreadableError(f"write a text in quotes, not {shown(value)}")
        if not value or len(value) > MAX_TEXT:
            raise UnreadableError(f"write a text of 1 to {MAX_TEXT} characters")
        if any(
            unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r"
            for character in value
        ):
            raise UnreadableError("write a text without control characters")
        return value

    def normal(self, raw: Any, options: Options) -> str | None:
        return str(raw) if raw else None

    def words(self, value: Any, options: Options) -> str:
        return f"“{value}”"


class Choice(Text):
    """One of the codes the fact lists, compared exactly."""

    name, label = "choice", "Choice"

    def read(self, value: object, options: Options) -> str:
        code = super().read(value, options)
        if options.strict and options.choices and code not in dict(options.choices):
            raise UnreadableError(f"choose one of {_some(options.choices)}, not {shown(value)}")
        return code

    def words(self, value: Any, options: Options) -> str:
        return str(dict(options.choices).get(value, value))


class Country(Choice):
    """An ISO 3166-1 alpha-2 code."""

    name, label = "country", "Country"

    def read(self, value: object, options: Options) -> str:
        if not isinstance(value, str) or value not in countries():
            raise UnreadableError(f"write a country as its two letters, such as PL, not {shown(value)}")
        return value

    def words(self, value: Any, options: Options) -> str:
        return countries().get(value, value)


class TextList(Text):
    """A list of texts, such as tags; never unknown, only empty."""

    name, label = "list", "List of text"

    def normal(self, raw: Any, options: Options) -> tuple[str, ...]:  # type: ignore[override]
        if not isinstance(raw, (list, tuple, set, frozenset)):
            return ()
        return tuple(entry for entry in raw if isinstance(entry, str))

    def words(self, value: Any, options: Options) -> str:
        if isinstance(value, str):
            return super().words(value, options)
        return ", ".join(super(TextList, self).words(entry, options) for entry in value) or "nothing"


class Number(Kind):
    """A whole number, or one with as many decimals as the fact keeps."""

    name, label = "number", "Number"

    def read(self, value: object, options: Options) -> int | Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise UnreadableError(f"write a number, not {shown(value)}")
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > MAX_NUMBER:
            raise UnreadableError("write a number up to 1,000,000,000,000,000")
        if number != round(number, options.places):
            places = f"at most {options.places} decimals" if options.places else "no decimals"
            raise UnreadableError(f"write a number with {places}, not {shown(value)}")
        return int(number) if not options.places else number.quantize(Decimal(1).scaleb(-options.places))

    def normal(self, raw: Any, options: Options) -> Any:
        if raw is None:
            return None
        if not options.places:
            return int(Decimal(str(raw)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        return Decimal(str(raw)).quantize(Decimal(1).scaleb(-options.places), rounding=ROUND_HALF_UP)

    def words(self, value: Any, options: Options) -> str:
        return f"{value:,}"


class Money(Kind):
    """An amount of one currency, in minor units."""

    name, label = "money", "Money"

    def read(self, value: object, options: Options) -> Amount:
        if not isinstance(value, Mapping) or set(value) != {"minor", "currency"}:
            raise UnreadableError('write money as {"minor": 1999, "currency": "EUR"}')
        minor, currency = value["minor"], value["currency"]
        if isinstance(minor, bool) or not isinstance(minor, int) or abs(minor) > MAX_NUMBER:
            raise UnreadableError(
                f"write the amount in whole minor units, such as 1999 for 19.99, not {shown(minor)}"
            )
        if not isinstance(currency, str):
            raise UnreadableError(
                f"write the currency as its three letters, such as EUR, not {shown(currency)}"
            )
        try:
            exponent(currency)
        except MoneyError as error:
            raise UnreadableError(str(error)) from error
        return Amount(minor, currency)

    def normal(self, raw: Any, options: Options) -> Amount | None:
        if raw is None or raw[0] is None or not raw[1]:
            return None
        return Amount(int(raw[0]), str(raw[1]))

    def words(self, value: Any, options: Options) -> str:
        return format_minor(value.minor, value.currency)


class Boolean(Kind):
    """Yes or no."""

    name, label = "boolean", "Yes or no"

    def read(self, value: object, options: Options) -> bool:
        if not isinstance(value, bool):
            raise UnreadableError(f"write true or false, not {shown(value)}")
        return value

    def normal(self, raw: Any, options: Options) -> bool | None:
        return None if raw is None else bool(raw)

    def words(self, value: Any, options: Options) -> str:
        return "yes" if value else "no"


class Day(Kind):
    """A calendar day without a time."""

    name, label = "date", "Date"

    def read(self, value: object, options: Options) -> date:
        try:
            return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
        except ValueError:
            raise UnreadableError(f"write a date such as 2026-03-31, not {shown(value)}") from None

    def normal(self, raw: Any, options: Options) -> date | None:
        return date.fromisoformat(raw) if isinstance(raw, str) else raw

    def words(self, value: Any, options: Options) -> str:
        return f"{value.day} {value:%B} {value.year}"


class Moment(Kind):
    """A moment in time, with its zone."""

    name, label = "datetime", "Date and time"

    def read(self, value: object, options: Options) -> datetime:
        try:
            moment = datetime.fromisoformat(value if isinstance(value, str) else "")
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise UnreadableError(
            f"write a moment with its zone, such as 2026-03-31T18:00:00+02:00, not {shown(value)}"
        )

    def words(self, value: Any, options: Options) -> str:
        return f"{value.day} {value:%B} {value.year}, {value:%H:%M} {value.tzname()}"


TEXT, CHOICE, COUNTRY, LIST = Text(), Choice(), Country(), TextList()
NUMBER, MONEY, BOOLEAN, DATE, DATETIME = Number(), Money(), Boolean(), Day(), Moment()
KINDS = {kind.name: kind for kind in (TEXT, NUMBER, MONEY, BOOLEAN, DATE, DATETIME, CHOICE, LIST, COUNTRY)}


@cache
def countries() -> Mapping[str, str]:
    """ISO codes with English names, by name."""
    no_countries = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    names = {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in no_countries
    }
    return dict(sorted(names.items(), key=lambda pair: fold(pair[1])))


def shown(value: object) -> str:
    """A wrong value, quoted and cut short, for a sentence."""
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _some(choices: Sequence[tuple[str, str]]) -> str:
    codes = [code for code, _ in choices[:8]]
    return ", ".join(codes) + (", …" if len(choices) > 8 else "")
