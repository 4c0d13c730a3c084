"""What each type of fact can be asked. An operator turns its value and ``now`` into one test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

from aftercart.kernel.rules import conditions as c
from aftercart.kernel.rules.kinds import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATE,
    DATETIME,
    LIST,
    MONEY,
    NUMBER,
    TEXT,
    Kind,
    Options,
    UnreadableError,
    shown,
)
from aftercart.kernel.rules.text import How, fold

MAX_VALUES = 500
UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60, "weeks": 7 * 24 * 60}
MAX_SPAN = timedelta(days=36_500)


class Takes(Enum):
    """The shape of an operator's value."""

    NOTHING = "nothing"
    ONE = "one"
    PAIR = "pair"
    MANY = "many"
    SPAN = "span"


@dataclass(frozen=True)
class Span:
    """A length of time as written: ``{"days": 30}``."""

    amount: int
    unit: str

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.amount * UNITS[self.unit])

    def __str__(self) -> str:
        return f"{self.amount:,} {self.unit if self.amount != 1 else self.unit.removesuffix('s')}"


@dataclass(frozen=True)
class Operator:
    """``words`` has ``{}`` for the value; ``label`` is what a menu shows; ``build`` makes the test."""

    name: str
    label: str
    words: str
    takes: Takes
    build: Callable[[Any, datetime], c.Test]


def read_value(operator: Operator, kind: Kind, value: object, options: Options) -> Any:
    """The operator's value from JSON.

    Raises:
        UnreadableError: its second argument, if any, is the place inside the value, such as "/0".
    """
    if operator.takes is Takes.ONE:
        return kind.read(value, options)
    if operator.takes is Takes.SPAN:
        return _read_span(value, list(UNITS) if kind is DATETIME else ["days", "weeks"])
    if operator.takes is Takes.PAIR:
        return _read_pair(kind, value, options)
    return _read_many(kind, value, options)


def _read_span(value: object, units: Sequence[str]) -> Span:
    if isinstance(value, Mapping) and len(value) == 1:
        unit, amount = next(iter(value.items()))
        if unit in units and isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0:
            if amount * UNITS[unit] > MAX_SPAN // timedelta(minutes=1):
                raise UnreadableError("write at most 100 years")
            return Span(amount, unit)
    raise UnreadableError(
        f'write a length of time such as {{"days": 30}}, in {" or ".join(units)}, not {shown(value)}'
    )


def _read_many(kind: Kind, value: object, options: Options) -> tuple[Any, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
        raise UnreadableError(f"write a list of 1 to {MAX_VALUES} values")
    return tuple(_read_entry(kind, entry, options, index) for index, entry in enumerate(value))


def _read_pair(kind: Kind, value: object, options: Options) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise UnreadableError("write two values, the lower one first")
    low, high = (_read_entry(kind, entry, options, index) for index, entry in enumerate(value))
    if isinstance(low, c.Amount) and low.currency != high.currency:
        raise UnreadableError("write both amounts in one currency", "/1")
    if low > high:
        raise UnreadableError("write the lower value first")
    return low, high


def _read_entry(kind: Kind, entry: object, options: Options, index: int) -> Any:
    try:
        return kind.read(entry, options)
    except UnreadableError as refused:
        raise UnreadableError(refused.args[0], f"/{index}") from refused


def _range(
    *, low: bool = False, high: bool = False, open_end: bool = False
) -> Callable[[Any, datetime], c.Test]:
    """From or up to the wanted value; money compares within its own currency."""

    def build(wanted: Any, _: datetime) -> c.Test:
        scalar = wanted.minor if isinstance(wanted, c.Amount) else wanted
        between = c.Between(
            low=scalar if low else None,
            high=scalar if high else None,
            low_open=low and open_end,
            high_open=high and open_end,
        )
        return c.InCurrency(wanted.currency, between) if isinstance(wanted, c.Amount) else between

    return build


def _between(wanted: Any, _: datetime) -> c.Test:
    low, high = wanted
    if isinstance(low, c.Amount):
        return c.InCurrency(low.currency, c.Between(low.minor, high.minor))
    return c.Between(low, high)


def _equals(wanted: Any, _: datetime) -> c.Test:
    if isinstance(wanted, c.Amount):
        return c.InCurrency(wanted.currency, c.OneOf(frozenset([wanted.minor])))
    return c.OneOf(frozenset([wanted]))


def _text(how: How, need: c.Need) -> Callable[[Any, datetime], c.Test]:
    def build(wanted: Any, _: datetime) -> c.Test:
        texts = (wanted,) if isinstance(wanted, str) else wanted
        return c.Matches(how, tuple(fold(text) for text in texts), need)

    return build


def _has(need: c.Need) -> Callable[[Any, datetime], c.Test]:
    return lambda wanted, now: c.Has(tuple(fold(text) for text in wanted), need)


def _here(now: datetime, *, day: bool) -> date | datetime:
    return now.date() if day else now.astimezone(UTC)


def _relative(direction: int, *, day: bool, beyond: bool = False) -> Callable[[Any, datetime], c.Test]:
    """Within or beyond a span before (-1) or after (1) now; the edges belong to "within"."""

    def build(span: Span, now: datetime) -> c.Test:
        here = _here(now, day=day)
        there = here + direction * span.length
        if beyond and direction < 0:
            return c.Between(high=there, high_open=True)
        if beyond:
            return c.Between(low=there, low_open=True)
        return c.Between(min(here, there), max(here, there))

    return build


def _anniversary(span: Span, now: datetime) -> c.Test:
    """Month and day fall from today to the span's end; 29 February counts as 28 in a common year."""
    today = now.date()
    days = set()
    for offset in range(min(span.length.days, 366) + 1):
        day = today + timedelta(days=offset)
        days.add(day.month * 100 + day.day)
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
            days.add(229)
    return c.OnDays(frozenset(days))


def _known(*, wanted: bool) -> Callable[[Any, datetime], c.Test]:
    return lambda _, now: c.Known(wanted)


KNOWN = (
    Operator("is_known", "is known", "is known", Takes.NOTHING, _known(wanted=True)),
    Operator("is_unknown", "is not known", "is not known", Takes.NOTHING, _known(wanted=False)),
)
ORDERED = (
    Operator("at_least", "is at least", "is at least {}", Takes.ONE, _range(low=True)),
    Operator("at_most", "is at most", "is at most {}", Takes.ONE, _range(high=True)),
    Operator("more_than", "is more than", "is more than {}", Takes.ONE, _range(low=True, open_end=True)),
    Operator("less_than", "is less than", "is less than {}", Takes.ONE, _range(high=True, open_end=True)),
    Operator("between", "is between", "is between {} and {}", Takes.PAIR, _between),
)
IS = Operator("is", "is", "is {}", Takes.ONE, _equals)
IS_NOT = Operator(
    "is_not", "is not", "is not {}", Takes.ONE, lambda w, now: c.OneOf(frozenset([w]), negated=True)
)
ONE_OF = (
    Operator("is_any_of", "is any of", "is {}", Takes.MANY, lambda w, now: c.OneOf(frozenset(w))),
    Operator(
        "is_none_of",
        "is none of",
        "is not {}",
        Takes.MANY,
        lambda w, now: c.OneOf(frozenset(w), negated=True),
    ),
)
TEXTS = (
    Operator("is", "is", "is {}", Takes.ONE, _text("is", "any")),
    Operator("is_not", "is not", "is not {}", Takes.ONE, _text("is", "none")),
    Operator("is_any_of", "is any of", "is {}", Takes.MANY, _text("is", "any")),
    Operator("is_none_of", "is none of", "is not {}", Takes.MANY, _text("is", "none")),
    Operator("contains", "contains", "contains {}", Takes.ONE, _text("contains", "any")),
    Operator(
        "does_not_contain", "does not contain", "does not contain {}", Takes.ONE, _text("contains", "none")
    ),
    Operator("contains_any_of", "contains any of", "contains {}", Takes.MANY, _text("contains", "any")),
    Operator(
        "contains_all_of", "contains all of", "contains all of {}", Takes.MANY, _text("contains", "all")
    ),
    Operator(
        "contains_none_of", "contains none of", "contains none of {}", Takes.MANY, _text("contains", "none")
    ),
    Operator("starts_with", "starts with", "starts with {}", Takes.ONE, _text("starts", "any")),
    Operator("ends_with", "ends with", "ends with {}", Takes.ONE, _text("ends", "any")),
)
LISTS = (
    Operator("has_any_of", "include any of", "include {}", Takes.MANY, _has("any")),
    Operator("has_all_of", "include all of", "include all of {}", Takes.MANY, _has("all")),
    Operator("has_none_of", "include none of", "include none of {}", Takes.MANY, _has("none")),
    Operator("is_empty", "are empty", "are empty", Takes.NOTHING, lambda _, now: c.Empty(wanted=True)),
    Operator(
        "is_not_empty", "are not empty", "are not empty", Takes.NOTHING, lambda _, now: c.Empty(wanted=False)
    ),
)


def _dated(*, day: bool) -> tuple[Operator, ...]:
    return (
        Operator("before", "is before", "is before {}", Takes.ONE, _range(high=True, open_end=True)),
        Operator("after", "is after", "is after {}", Takes.ONE, _range(low=True, open_end=True)),
        Operator("between", "is between", "is between {} and {}", Takes.PAIR, _between),
        Operator("within_last", "is in the last", "is in the last {}", Takes.SPAN, _relative(-1, day=day)),
        Operator(
            "before_last",
            "is longer ago than",
            "is more than {} ago",
            Takes.SPAN,
            _relative(-1, day=day, beyond=True),
        ),
        Operator("in_next", "is in the next", "is in the next {}", Takes.SPAN, _relative(1, day=day)),
        Operator(
            "after_next",
            "is further away than",
            "is more than {} away",
            Takes.SPAN,
            _relative(1, day=day, beyond=True),
        ),
    )


ANNIVERSARY = Operator(
    "anniversary_in_next", "has its day in the next", "has its day in the next {}", Takes.SPAN, _anniversary
)
_BY_KIND: Mapping[Kind, Sequence[Operator]] = {
    TEXT: (*TEXTS, *KNOWN),
    NUMBER: (IS, IS_NOT, *ORDERED, *KNOWN),
    MONEY: (*ORDERED, IS, *KNOWN),
    BOOLEAN: (IS, *KNOWN),
    DATE: (IS, IS_NOT, *_dated(day=True), ANNIVERSARY, *KNOWN),
    DATETIME: (*_dated(day=False), *KNOWN),
    CHOICE: (IS, IS_NOT, *ONE_OF, *KNOWN),
    COUNTRY: (IS, IS_NOT, *ONE_OF, *KNOWN),
    LIST: LISTS,
}
OPERATORS: Mapping[Kind, Mapping[str, Operator]] = {
    kind: {operator.name: operator for operator in operators} for kind, operators in _BY_KIND.items()
}
