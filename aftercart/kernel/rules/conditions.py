"""The few tests every operator comes down to.

An operator with its value and ``now`` becomes one of these. ``passes`` decides it in Python, ``sql.py``
writes the same test for a column. An unknown value (``None``) passes nothing but ``Known(False)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from aftercart.kernel.rules.text import How, fits, fold

Scalar: TypeAlias = int | Decimal | date | datetime
Need: TypeAlias = Literal["any", "all", "none"]


class Amount(NamedTuple):
    """Money as facts carry it: minor units and an ISO 4217 code."""

    minor: int
    currency: str


@dataclass(frozen=True)
class Known:
    """There is a value (or, not wanted, there is none)."""

    wanted: bool


@dataclass(frozen=True)
class Between:
    """From ``low`` to ``high``, both included unless open; ``None`` has no end."""

    low: Scalar | None = None
    high: Scalar | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True)
class OneOf:
    """Exactly one of the values, or, negated, known and none of them."""

    values: frozenset[Any]
    negated: bool = False


@dataclass(frozen=True)
class Matches:
    """A text against folded texts."""

    how: How
    wanted: tuple[str, ...]
    need: Need = "any"


@dataclass(frozen=True)
class Has:
    """A list of texts against folded texts. A list is never unknown."""

    wanted: tuple[str, ...]
    need: Need


@dataclass(frozen=True)
class Empty:
    """A list without (or, not wanted, with) entries."""

    wanted: bool


@dataclass(frozen=True)
class OnDays:
    """A date whose month and day is one of ``month * 100 + day``, in any year."""

    days: frozenset[int]


@dataclass(frozen=True)
class InCurrency:
    """Money in this currency whose minor units pass. Other currencies cannot be compared: they never pass."""

    currency: str
    test: Between | OneOf


Test: TypeAlias = Known | Between | OneOf | Matches | Has | Empty | OnDays | InCurrency


def passes(test: Test, seen: Any) -> bool:
    """Decide a test on a value as ``Kind.normal`` gives it; ``None`` is unknown."""
    if isinstance(test, Known):
        return (seen is not None) is test.wanted
    if isinstance(test, Empty):
        return (not seen) is test.wanted
    if isinstance(test, Has):
        entries = {fold(entry) for entry in seen or ()}
        return _enough(test.need, [text in entries for text in test.wanted])
    return seen is not None and _passes_value(test, seen)


def _passes_value(test: Between | OneOf | Matches | OnDays | InCurrency, seen: Any) -> bool:
    if isinstance(test, InCurrency):
        return bool(seen.currency == test.currency) and _passes_value(test.test, seen.minor)
    if isinstance(test, Matches):
        folded = fold(seen)
        return _enough(test.need, [fits(test.how, folded, text) for text in test.wanted])
    if isinstance(test, OnDays):
        return seen.month * 100 + seen.day in test.days
    if isinstance(test, OneOf):
        return (seen in test.values) is not test.negated
    return _is_between(test, seen)


def _is_between(test: Between, seen: Any) -> bool:
    if test.low is not None and not (seen > test.low if test.low_open else seen >= test.low):
        return False
    return test.high is None or bool(seen < test.high if test.high_open else seen <= test.high)


def _enough(need: Need, found: list[bool]) -> bool:
    if need == "all":
        return all(found)
    return any(found) is (need == "any")
