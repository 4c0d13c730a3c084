"""A chart and its table say the same."""

from __future__ import annotations

import json
import re

import pytest

from aftercart.kernel.ui import charts
from aftercart.kernel.ui.tests.rendering import render


def test_money_is_drawn_in_major_units_and_written_in_full() -> None:
    made = charts.chart(
        kind="bar",
        labels=["May"],
        series=[{"name": "Revenue", "values": [199_900]}],
        unit="money",
        currency="EUR",
    )

    assert made.drawing["series"] == [{"name": "Revenue", "values": [1999.0]}]
    assert made.table == [("May", ["€1,999.00"])]


def test_yen_have_no_decimals() -> None:
    made = charts.chart(
        kind="bar",
        labels=["May"],
        series=[{"name": "Revenue", "values": [1980]}],
        unit="money",
        currency="JPY",
    )

    assert made.drawing["series"][0]["values"] == [1980.0]


def test_nothing_is_nothing_and_not_zero() -> None:
    made = charts.chart(
        kind="line", labels=["a", "b"], series=[{"name": "x", "values": [None, 0.5]}], unit="percent"
    )

    assert made.drawing["series"][0]["values"] == [None, 0.5]
    assert made.table == [("a", ["–"]), ("b", ["50%"])]


@pytest.mark.parametrize(("kind", "unit"), [("pie", "count"), ("line", "furlongs")])
def test_unknown_kinds_and_units_are_refused(kind: str, unit: str) -> None:
    with pytest.raises(ValueError, match="A chart is one of"):
        charts.chart(kind=kind, labels=[], series=[], unit=unit)


def test_values_match_their_labels() -> None:
    with pytest.raises(ValueError, match="a value for each label"):
        charts.chart(kind="line", labels=["a"], series=[{"name": "x", "values": [1, 2]}])


def test_the_component_carries_the_figures_twice() -> None:
    page = render(
        '{% component "chart" id="c" title="T" kind="line" labels=labels series=series %}',
        labels=["1 Mar", "</script>"],
        series=[{"name": "Orders", "values": [1234, None]}],
    )
    data = re.search(r'<script id="c-data" type="application/json">(.*?)</script>', page)

    assert data is not None
    assert json.loads(data[1])["labels"] == ["1 Mar", "</script>"]
    assert '<td class="number">1,234</td>' in page
    assert '<td class="number">–</td>' in page


def test_a_sparkline_spans_its_box() -> None:
    assert charts.spark_points([1, 3, 2]) == "0.0,26.0 50.0,2.0 100.0,14.0"
    assert charts.spark_points([5, 5]) == "0.0,26.0 100.0,26.0"
    assert charts.spark_points([5]) == ""


@pytest.mark.parametrize(("share", "step"), [(None, 0), (0, 0), (0.01, 1), (0.5, 4), (1, 8), (1.4, 8)])
def test_heat_has_eight_steps(share: float | None, step: int) -> None:
    assert charts.heat_step(share) == step
