"""Template tags of components that show data: charts, tables, bars, pages of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from aftercart.kernel.ui import charts

register = template.Library()

register.filter("spark_points", charts.spark_points)
register.filter("heat_step", charts.heat_step)


@register.simple_tag
def chart_data(
    kind: str,
    labels: Sequence[str],
    series: Sequence[Mapping[str, Any]],
    unit: str = "",
    currency: str = "",
) -> charts.Chart:
    """The drawing and the table of a chart."""
    return charts.chart(kind=kind, labels=labels, series=series, unit=unit or "count", currency=currency)


@register.simple_tag
def json_element(name: str, value: object) -> SafeString:
    """Data for a module, in an element that never runs: ``NAME-data``."""
    return json_script(value, f"{name}-data")


@register.simple_tag
def linked_data(value: object) -> SafeString:
    """What the page says to machines, as schema.org's JSON-LD: an element that never runs."""
    script = json_script(value)
    return mark_safe(script.replace("application/json", "application/ld+json", 1))  # noqa: S308 - escaped there


@register.simple_tag(takes_context=True)
def url_with(context: Context, name: str, value: object) -> str:
    """This page's address with one parameter changed."""
    query = context["request"].GET.copy()
    query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def plain(value: float) -> str:
    """A number as HTML attributes want it, whatever the language."""
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


@register.filter
def percent_plain(value: float) -> str:
    """A share from 0 to 1 as the number of percent for an attribute."""
    return plain(float(value) * 100)


@register.filter
def times(value: int) -> range:
    """``{% for _ in 3|times %}``."""
    return range(int(value))
