"""Figures in words: values, buckets and periods as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format

from aftercart.insights.figures.figure import Figure, Grain, Question, Shape, Unit
from aftercart.insights.figures.ways import UNKNOWN
from aftercart.kernel.money import format_minor
from aftercart.kernel.ui import formats

NOTHING = "–"


def value_words(figure: Figure, row: Mapping[str, Any]) -> str:
    """The value of a row: ``7.09%``, ``10.2 days``, ``€19.99``; a dash when there is none."""
    return words_of(figure, row["value"], row.get("currency", ""))


def words_of(figure: Figure, value: float | None, currency: str = "") -> str:
    """One value of a figure in words."""
    if value is None:
        return NOTHING
    if figure.unit is Unit.MONEY:
        return format_minor(round(value), currency)
    return {
        Unit.COUNT: f"{value:,.0f}",
        Unit.SHARE: formats.percent(value, 2 if abs(value) < 0.1 else 1),
        Unit.DAYS: f"{value:,.1f} days",
        Unit.SCORE: f"{value:.2f} of 5",
        Unit.RATIO: f"{value:,.2f} ×",
        Unit.PER_100: f"{value:,.2f}",
    }[figure.unit]


def group_words(figure: Figure, group: str) -> str:
    """What a group or a part of one is called."""
    return figure.names.get(group, "Not known" if group == UNKNOWN else group)


def bucket_words(figure: Figure, bucket: Any, grain: Grain) -> str:
    """What a bucket is called: ``March 2026``, ``5 March 2026``, ``week of 2 March 2026``, ``3 weeks``."""
    if figure.shape is Shape.HISTOGRAM:
        return f"{bucket:,}"
    if grain is Grain.MONTH:
        return date_format(bucket, "M Y")
    return date_format(bucket, "j M Y")


def period_words(question: Question) -> str:
    """``1 March to 31 March 2026``, ``since ...``, ``until ...``, or ``all time``."""
    since, until = question.since, question.until
    if since and until:
        return f"{_day(since)} to {_day(until)}"
    if since:
        return f"since {_day(since)}"
    return f"until {_day(until)}" if until else "all time"


def _day(day: date) -> str:
    return date_format(day, "j M Y")
