"""What a chart draws and the same figures as rows of text: one place, so they cannot differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from aftercart.kernel.money import exponent, format_minor
from aftercart.kernel.ui import formats

KINDS = ("line", "area", "bar", "stacked", "donut")
UNITS = ("count", "percent", "money", "days")


@dataclass(frozen=True)
class Chart:
    """``drawing`` goes to the browser as JSON, ``table`` is rows of (label, cells) in words."""

    drawing: dict[str, Any]
    table: list[tuple[str, list[str]]]


def chart(
    *,
    kind: str,
    labels: Sequence[str],
    series: Sequence[Mapping[str, Any]],
    unit: str = "count",
    currency: str = "",
) -> Chart:
    """A chart of named series over labels.

    ``series`` are mappings of ``name`` and ``values`` (numbers or ``None``, one for each label). Money is in
    minor units, percent a share from 0 to 1.

    Raises:
        ValueError: for an unknown kind or unit, or values that do not match the labels.
    """
    if kind not in KINDS or unit not in UNITS:
        raise ValueError(f"A chart is one of {KINDS} in one of {UNITS}, not {kind!r} in {unit!r}")
    if any(len(one["values"]) != len(labels) for one in series):
        raise ValueError("Each series needs a value for each label; None where there is none")
    scale = 10 ** exponent(currency) if unit == "money" else 1
    drawn = [
        {"name": str(one["name"]), "values": [_scaled(value, scale) for value in one["values"]]}
        for one in series
    ]
    names = [str(label) for label in labels]
    drawing = {"kind": kind, "labels": names, "series": drawn, "unit": unit, "currency": currency}
    rows = [
        (name, [_words(one["values"][index], unit, currency) for one in series])
        for index, name in enumerate(names)
    ]
    return Chart(drawing | {"locale": str(formats.locale()).replace("_", "-")}, rows)


def _scaled(value: float | None, scale: int) -> float | None:
    return None if value is None else float(value) / scale


def _words(value: float | None, unit: str, currency: str) -> str:
    if value is None:
        return "–"
    if unit == "money":
        return format_minor(round(value), currency, get_language() or "en")
    return formats.percent(value) if unit == "percent" else formats.number(value)


def spark_points(values: Sequence[float]) -> str:
    """The points of a line in a box of 100 by 28, for ``<polyline points>``; empty under two values."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = 100 / (len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{26 - 24 * (value - low) / span:.1f}" for index, value in enumerate(values)
    )


def heat_step(share: float | None) -> int:
    """A tint from 0 (none) to 8 for a share from 0 to 1."""
    return 0 if not share else max(1, min(8, round(share * 8)))
