"""What a figure is: a number with its exact definition, n and period, and the expression that makes it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Required, TypedDict, Unpack

import ibis.expr.types as ir

if TYPE_CHECKING:
    from aftercart.insights.figures.tables import Tables


class Shape(enum.Enum):
    """How a figure is shown, and which columns its expression gives.

    A ``TILE`` is a row of ``value`` and ``n``; the others have a row per ``bucket`` as well, ``LINE`` and
    ``BAR`` by date, ``HISTOGRAM`` by whole number. A ``HEAT_MAP`` has a row per ``cohort`` (a date) and
    ``step``. ``GROUPS`` have a row per ``group`` (a text), and per ``part`` of it where the figure names one;
    the first of its ``names`` is the whole. Figures in money have a ``currency`` column, and a row (or a
    series) for each: currencies are never added.
    """

    TILE = "tile"
    LINE = "line"
    BAR = "bar"
    HISTOGRAM = "histogram"
    HEAT_MAP = "heat map"
    GROUPS = "groups"


class Unit(enum.Enum):
    """What a value counts. A ``SHARE`` is a fraction of 1, ``MONEY`` is minor units of the row's currency."""

    COUNT = "count"
    SHARE = "share"
    DAYS = "days"
    SCORE = "score of 5"
    MONEY = "minor units"
    RATIO = "times"
    PER_100 = "per 100"


class Grain(enum.Enum):
    """How long a bucket of a figure over time is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: a period of local dates, both ends included and either open; a channel; a grain."""

    since: date | None = None
    until: date | None = None
    channel_id: int | None = None
    grain: Grain = Grain.MONTH

    def always(self) -> Question:
        """The same without a period."""
        return replace(self, since=None, until=None)

    def within(self, table: ir.Table, *days: str) -> ir.Table:
        """The rows whose date columns all lie in the period."""
        for day in days:
            if self.since is not None:
                table = table.filter(table[day] >= self.since)
            if self.until is not None:
                table = table.filter(table[day] <= self.until)
        return table

    def bucket(self, day: ir.DateColumn) -> ir.DateColumn:
        """The first day of the bucket a date lies in; weeks start on Monday."""
        return day.truncate({Grain.DAY: "D", Grain.WEEK: "W", Grain.MONTH: "M"}[self.grain])


Expression = Callable[["Tables", Question], ir.Table]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A declared figure. ``definition`` and ``notes``, shown beside every value, say exactly what is counted.

    ``of`` says in a word or two what n counts. ``columns`` are those with values and what they are called, when
    there are several; ``by`` and ``part`` say what groups and their parts are, ``names`` what each is called.
    """

    key: str
    title: str
    definition: str
    family: str
    unit: Unit
    of: str
    notes: tuple[str, ...] = ()
    shape: Shape = Shape.TILE
    in_money: bool = False
    by_grain: bool = False
    less_is_better: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    part: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    expression: Expression

    @property
    def values(self) -> Mapping[str, str]:
        """The columns with values, and what each is called."""
        return self.columns or {"value": self.title}

    @property
    def words(self) -> str:
        """The whole definition."""
        return " ".join((self.definition, *self.notes))


class Declared(TypedDict, total=False):
    """The fields of a :class:`Figure`, as its decorator takes them."""

    key: Required[str]
    title: Required[str]
    definition: Required[str]
    family: Required[str]
    unit: Required[Unit]
    of: Required[str]
    notes: tuple[str, ...]
    shape: Shape
    in_money: bool
    by_grain: bool
    less_is_better: bool
    columns: Mapping[str, str]
    by: str
    part: str
    names: Mapping[str, str]


registry: dict[str, Figure] = {}
WEEKS = "Weeks start on Monday."


def figure(**declared: Unpack[Declared]) -> Callable[[Expression], Expression]:
    """Declare a figure whose expression is the decorated function.

    Raises:
        TypeError: when another figure has the key.
    """

    def register(expression: Expression) -> Expression:
        key = declared["key"]
        if key in registry:
            raise TypeError(f"two figures are named {key}")
        registry[key] = Figure(**declared, expression=expression)
        return expression

    return register
