"""The dashboard's parts, ready for its templates: sections of tiles and charts in the words of the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aftercart.insights.asking import Answer, Row
from aftercart.insights.choosing import Choice
from aftercart.insights.figures.figure import Figure, Shape, Unit
from aftercart.insights.kept import Board
from aftercart.insights.series import Series, heat_map_of, in_order, series_of
from aftercart.insights.telling import leading_currency
from aftercart.insights.wording import NOTHING, bucket_words, group_words, period_words, value_words, words_of

AS_BEFORE = "as before"
FAMILIES = {
    "orders": ("Orders", "What was sold."),
    "delivery": (
        "Delivery",
        "Whether it came when it was promised, where the days went, and what that did to the reviews.",
    ),
    "help": ("Help", "What people had to ask, what went wrong, and whether guides spare a question."),
    "customers": ("Customers", "Who comes back, and what they bring."),
    "retention": ("Retention", "How many stay, and how long they take to come again."),
}


@dataclass(frozen=True, kw_only=True)
class Tile:
    """The variables of the ``stat`` component."""

    figure: Figure
    value: str
    n: int
    delta: str = ""
    delta_tone: str = ""

    @property
    def delta_note(self) -> str:
        """What the delta is against."""
        return "" if self.delta in {"", AS_BEFORE} else "than before"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A figure over time, by groups, a histogram or a heat map."""

    figure: Figure
    answer: Answer
    chart: Series | None = None
    heat_map: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """One family of figures."""

    key: str
    title: str
    lead: str
    tiles: Sequence[Tile]
    drawings: Sequence[Drawing]

    @property
    def charts(self) -> list[Drawing]:
        """What stands side by side."""
        return [drawing for drawing in self.drawings if drawing.figure.shape is not Shape.HEAT_MAP]

    @property
    def heat_maps(self) -> list[Drawing]:
        """What needs the whole width."""
        return [drawing for drawing in self.drawings if drawing.figure.shape is Shape.HEAT_MAP]


def sections(board: Board, choice: Choice, before: Board | None = None) -> list[Section]:
    """All families; tiles say how they moved when ``before`` holds the period before."""
    currency = shown_currency(board, choice)
    return [
        Section(
            key=key,
            title=title,
            lead=lead,
            tiles=[
                tile_of(answer, currency, before[answer.figure.key] if before else None)
                for answer in board.values()
                if answer.figure.family == key and answer.figure.shape is Shape.TILE
            ],
            drawings=[
                drawing_of(answer, currency, choice)
                for answer in board.values()
                if answer.figure.family == key and answer.figure.shape is not Shape.TILE
            ],
        )
        for key, (title, lead) in FAMILIES.items()
    ]


def currencies(board: Board) -> list[str]:
    """The currencies sold in during the period, by their codes."""
    return sorted({row["currency"] for row in board["revenue"].rows})


def shown_currency(board: Board, choice: Choice) -> str | None:
    """The currency asked for, when there are orders in it, else the leading one."""
    return choice.currency if choice.currency in currencies(board) else leading_currency(board.values())


def row_of(answer: Answer, currency: str | None) -> Row | None:
    """A tile's row, of one currency when it is in money."""
    rows = answer.rows
    if answer.figure.in_money:
        rows = tuple(row for row in rows if row["currency"] == currency)
    return rows[0] if rows else None


def tile_of(answer: Answer, currency: str | None, before: Answer | None = None) -> Tile:
    """A figure as a tile."""
    row, earlier = row_of(answer, currency), row_of(before, currency) if before else None
    if row is None:
        return Tile(figure=answer.figure, value=NOTHING, n=0)
    delta, tone = moved(answer.figure, row["value"], earlier["value"] if earlier else None)
    return Tile(
        figure=answer.figure, value=value_words(answer.figure, row), n=row["n"], delta=delta, delta_tone=tone
    )


def moved(figure: Figure, value: float | None, earlier: float | None) -> tuple[str, str]:
    """How a value moved, in words, and its tone: shares in points, all else in percent."""
    if value is None or earlier is None or (figure.unit is not Unit.SHARE and not earlier):
        return "", ""
    change = (value - earlier) * 100 if figure.unit is Unit.SHARE else (value / earlier - 1) * 100
    if abs(change) < 0.05:
        return AS_BEFORE, ""
    tone = "success" if (change > 0) is not figure.less_is_better else "danger"
    return f"{change:+,.1f}{' points' if figure.unit is Unit.SHARE else '%'}", tone


def drawing_of(answer: Answer, currency: str | None, choice: Choice) -> Drawing:
    """A figure as a chart or a heat map."""
    if answer.figure.shape is Shape.HEAT_MAP:
        heat_map = heat_map_of(answer, today=choice.today) if answer.rows else None
        return Drawing(figure=answer.figure, answer=answer, heat_map=heat_map)
    chart = series_of(answer, currency)
    return Drawing(figure=answer.figure, answer=answer, chart=chart if chart.labels else None)


def table_of(answer: Answer) -> tuple[list[str], list[list[str]]]:
    """The heads and the cells of all rows of a figure, in words."""
    figure, grain = answer.figure, answer.question.grain
    heads: dict[str, Callable[[Row], str]] = {}
    if figure.shape is Shape.HEAT_MAP:
        heads |= {
            "First order": lambda row: f"{row['cohort']:%b %Y}",
            "Months later": lambda row: str(row["step"]),
        }
        heads["Came back"] = lambda row: f"{row['active']:,}"
    elif figure.shape is Shape.GROUPS:
        heads[figure.by] = lambda row: group_words(figure, row["group"])
        if figure.part:
            heads[figure.part] = lambda row: group_words(figure, row["part"])
    elif figure.shape is not Shape.TILE:
        name = "Bucket" if figure.shape is Shape.HISTOGRAM else grain.value.capitalize()
        heads[name] = lambda row: bucket_words(figure, row["bucket"], grain)
    if figure.in_money:
        heads["Currency"] = lambda row: str(row["currency"])
    for column, name in figure.values.items():
        heads[name] = partial(_cell, figure, column)
    heads[f"n ({figure.of})"] = lambda row: f"{row['n']:,}"
    if "likely" in figure.columns:
        heads["n (with a likely day)"] = lambda row: f"{row['likely_n']:,}"
    rows = in_order(figure, answer.rows) if figure.shape is Shape.GROUPS else answer.rows
    return list(heads), [[word(row) for word in heads.values()] for row in rows]


def _cell(figure: Figure, column: str, row: Row) -> str:
    return words_of(figure, row[column], row.get("currency", ""))


def heading(choice: Choice) -> str:
    """The period in words."""
    words = period_words(choice.question)
    return words[0].upper() + words[1:]


def comparison(choice: Choice) -> str:
    """What the period is compared with; empty for one without two ends."""
    since, until = choice.question.since, choice.question.until
    if since is None or until is None:
        return ""
    days = (until - since).days + 1
    return f"compared with the {days} days before" if days > 1 else "compared with the day before"
