"""From a figure's rows to what a chart draws: no bucket missing, no tail endless, one line per currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aftercart.insights.asking import Answer, Row
from aftercart.insights.figures.figure import Figure, Shape, Unit
from aftercart.insights.rules import bucket_after, months_between
from aftercart.insights.wording import bucket_words, group_words
from aftercart.kernel.ui import formats

LONGEST = 60  # buckets of a histogram; what lies beyond is one more
CHART_UNITS = {
    Unit.COUNT: "count",
    Unit.SHARE: "percent",
    Unit.MONEY: "money",
    Unit.DAYS: "days",
    Unit.PER_100: "count",
}
COHORTS = 24
MOST_GROUPS = 20  # in a chart; the table has all


@dataclass(frozen=True, kw_only=True)
class Series:
    """The variables of the ``chart`` component."""

    kind: str
    labels: list[str]
    series: list[dict[str, Any]]
    unit: str
    currency: str


def series_of(answer: Answer, currency: str | None) -> Series:
    """A figure over time, by groups, or a histogram, in one currency when it is in money."""
    figure = answer.figure
    rows = [row for row in answer.rows if not figure.in_money or row["currency"] == currency]
    named = figure.columns or {"value": figure.of.capitalize()}
    drawn = {column: _drawn(answer, rows, column) for column in named}
    return Series(
        kind="line" if figure.shape is Shape.LINE else "bar",
        labels=list(drawn["value"]),
        series=[{"name": name, "values": list(drawn[column].values())} for column, name in named.items()],
        unit=CHART_UNITS[figure.unit],
        currency=currency or "" if figure.in_money else "",
    )


def _drawn(answer: Answer, rows: list[Row], column: str) -> dict[str, Any]:
    """What a chart draws of a column: values by what stands under them."""
    figure = answer.figure
    if figure.shape is Shape.GROUPS:
        return {group_words(figure, row["group"]): row[column] for row in shown_groups(figure, rows)}
    found = {row["bucket"]: row[column] for row in rows}
    return _whole_numbers(found) if figure.shape is Shape.HISTOGRAM else _dates(answer, found)


def shown_groups(figure: Figure, rows: Iterable[Row]) -> list[Row]:
    """The groups as a whole, in the order they are drawn: that of the names, else those with most behind them."""
    whole = next(iter(figure.names), "")
    chosen = [row for row in in_order(figure, rows) if not figure.part or row["part"] == whole]
    return chosen[:MOST_GROUPS]


def in_order(figure: Figure, rows: Iterable[Row]) -> list[Row]:
    """All rows of groups as people read them: named groups and parts as their names go, else the largest first."""
    listed, places = list(rows), {name: place for place, name in enumerate(figure.names)}
    most: dict[str, int] = {}
    for row in listed:
        most[row["group"]] = max(most.get(row["group"], 0), row["n"] or 0)

    def place(row: Row) -> tuple[int, int, str, int]:
        key = row.get("part", "")
        at = -1 if figure.part else places.get(row["group"], len(places))
        return at, -most[row["group"]], row["group"], places.get(key, len(places))

    return sorted(listed, key=place)


def _dates(answer: Answer, found: Mapping[date, Any]) -> dict[str, Any]:
    """Every bucket from the first to the last: nothing counted is 0, a share of nothing is no value."""
    is_share = answer.figure.unit in (Unit.SHARE, Unit.PER_100)
    grain, nothing = answer.question.grain, None if is_share else 0
    values: dict[str, Any] = {}
    bucket = min(found, default=None)
    while bucket is not None and bucket <= max(found):
        values[bucket_words(answer.figure, bucket, grain)] = found.get(bucket, nothing)
        bucket = bucket_after(bucket, grain.value)
    return values


def _whole_numbers(found: Mapping[int, int]) -> dict[str, int]:
    last = min(max(found, default=-1), LONGEST)
    values = {f"{bucket}": found.get(bucket, 0) for bucket in range(last + 1)}
    if beyond := sum(value for bucket, value in found.items() if bucket > LONGEST):
        values[f"{LONGEST + 1} or more"] = beyond
    return values


def heat_map_of(answer: Answer, *, today: date) -> dict[str, Any]:
    """The variables of the ``heat-map`` component: the newest cohorts, each as far as time has gone."""
    by_cohort: dict[date, dict[int, Mapping[str, Any]]] = {}
    for row in answer.rows:
        by_cohort.setdefault(row["cohort"], {})[row["step"]] = row
    newest = sorted(by_cohort)[-COHORTS:]
    last = min(today, answer.question.until or today)
    later = [row["value"] for row in answer.rows if row["step"] > 0 and row["cohort"] in newest]
    steps = min(max((months_between(cohort, last) for cohort in newest), default=0), COHORTS)
    rows = [_heat_row(cohort, by_cohort[cohort], last, steps, max(later, default=1.0)) for cohort in newest]
    return {"columns": [str(step) for step in range(steps + 1)], "rows": rows}


def _heat_row(
    cohort: date, found: Mapping[int, Mapping[str, Any]], last: date, steps: int, strongest: float
) -> dict[str, Any]:
    """One cohort; tints are relative to the strongest month after the first, which is always 100 %."""
    cells: list[dict[str, Any]] = []
    for step in range(steps + 1):
        value = found[step]["value"] if step in found else 0.0
        if step > months_between(cohort, last):
            cells.append({"text": "", "share": None})
        else:
            share = 0 if step == 0 else value / strongest
            cells.append({"text": formats.percent(value, 0), "share": share})
    return {"label": f"{cohort:%b %Y}", "note": f"n = {found[0]['n']:,}", "cells": cells}
