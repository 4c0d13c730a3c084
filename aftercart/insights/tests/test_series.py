"""What charts draw: no bucket missing, no tail endless."""

from __future__ import annotations

from datetime import date
from typing import Any

from aftercart.insights.asking import Answer
from aftercart.insights.dashboard import moved, table_of
from aftercart.insights.figures import figure as declared
from aftercart.insights.figures.figure import Question
from aftercart.insights.series import heat_map_of, series_of


def answer(key: str, *rows: dict[str, Any]) -> Answer:
    figure = declared.registry[key]
    return Answer(figure=figure, question=Question(), rows=rows, seconds=0.0)


def test_a_month_without_orders_is_drawn_as_none() -> None:
    drawn = series_of(
        answer(
            "orders_over_time",
            {"bucket": date(2026, 1, 1), "value": 3, "n": 3},
            {"bucket": date(2026, 3, 1), "value": 1, "n": 1},
        ),
        None,
    )
    assert drawn.labels == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert drawn.series[0]["values"] == [3, 0, 1]


def test_a_share_of_nothing_is_a_gap() -> None:
    rows = [{"bucket": date(2026, month, 1), "value": 0.5, "n": 2} for month in (1, 3)]
    assert series_of(answer("on_time_over_time", *rows), None).series[0]["values"] == [0.5, None, 0.5]


def test_named_groups_keep_their_order_and_draw_every_column() -> None:
    rows = [
        {"group": stage, "value": 1.0, "p90": 2.0, "n": 5} for stage in ("arrived", "out", "sent", "whole")
    ]
    drawn = series_of(answer("click_to_door", *rows), None)
    assert drawn.labels[0] == "Ordered to arrived"
    assert drawn.labels[-1] == "Out for delivery to arrived"
    assert [one["name"] for one in drawn.series] == ["Median", "Nine of ten"]
    assert [one["values"] for one in drawn.series] == [[1.0] * 4, [2.0] * 4]


def test_groups_in_parts_are_drawn_whole_and_the_largest_first() -> None:
    rows = [
        {"group": carrier, "part": part, "value": float(n), "p90": 9.0, "n": n}
        for carrier, n in [("DHL", 3), ("InPost", 8), ("unknown", 1)]
        for part in ("sent", "whole")
    ]
    found = answer("click_to_door_by_carrier", *rows)
    drawn = series_of(found, None)
    assert drawn.labels == ["InPost", "DHL", "Not known"]
    assert drawn.series[0]["values"] == [8.0, 3.0, 1.0]
    heads, cells = table_of(found)
    assert heads == ["Carrier", "Stage", "Median", "Nine of ten", "n (parcels)"]
    assert cells[0] == ["InPost", "Ordered to arrived", "8.0 days", "9.0 days", "8"]
    assert len(cells) == 6


def test_a_chart_has_at_most_twenty_groups() -> None:
    rows = [{"group": f"{key:02}", "value": 1.0, "likely": 0.5, "n": key} for key in range(25)]
    drawn = series_of(answer("promise_kept_by_country", *rows), None)
    assert (len(drawn.labels), drawn.labels[0]) == (20, "24")


def test_money_is_drawn_in_one_currency() -> None:
    rows = [{"bucket": date(2026, 1, 1), "currency": code, "value": 5, "n": 1} for code in ("EUR", "JPY")]
    drawn = series_of(answer("revenue_over_time", *rows), "JPY")
    assert (drawn.currency, drawn.series[0]["values"]) == ("JPY", [5])


def test_a_long_tail_is_one_bucket() -> None:
    rows = [{"bucket": bucket, "value": 1, "n": 1} for bucket in (0, 2, 61, 500)]
    drawn = series_of(answer("delivery_days", *rows), None)
    assert drawn.labels[-1] == "61 or more"
    assert drawn.series[0]["values"][:3] == [1, 0, 1]
    assert drawn.series[0]["values"][-1] == 2


def test_a_cohort_ends_where_time_does() -> None:
    cohort = {"cohort": date(2026, 1, 1), "n": 4}
    drawn = heat_map_of(
        answer(
            "cohort_retention",
            cohort | {"step": 0, "active": 4, "value": 1.0},
            cohort | {"step": 2, "active": 1, "value": 0.25},
            {"cohort": date(2026, 2, 1), "n": 2, "step": 0, "active": 2, "value": 1.0},
        ),
        today=date(2026, 3, 10),
    )
    assert [[cell["text"] for cell in row["cells"]] for row in drawn["rows"]] == [
        ["100%", "0%", "25%"],
        ["100%", "0%", ""],
    ]
    assert drawn["rows"][0]["cells"][2]["share"] == 1.0


def test_less_may_be_better() -> None:
    late, orders = declared.registry["late_share"], declared.registry["orders"]
    assert moved(late, 0.05, 0.07) == ("-2.0 points", "success")
    assert moved(orders, 80, 100) == ("-20.0%", "danger")
    assert moved(orders, 80, 0) == ("", "")
    assert moved(orders, None, 5) == ("", "")
    assert moved(orders, 5, 5) == ("as before", "")
