"""Every figure equals a plain Python count of the same rows, whatever the rows and the question."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.insights.asking import Answer, asker
from aftercart.insights.figures.figure import Figure, Grain, Question, registry
from aftercart.insights.testing import generate_export, write_rows
from aftercart.insights.tests.reference import REFERENCE, Shop

START = datetime(2025, 11, 20, tzinfo=UTC)
DAYS = st.integers(0, 150)
QUIET = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))


@st.composite
def orders(draw: st.DrawFn, key: int) -> dict[str, Any]:
    placed_at = START + timedelta(days=draw(DAYS), seconds=draw(st.sampled_from([0, 1, 43_200, 86_399])))
    total = draw(st.integers(0, 500))
    return {
        "id": key,
        "channel_id": draw(st.sampled_from([1, 1, 2])),
        "customer_id": draw(st.sampled_from([None, 1, 1, 2, 3, 4])),
        "state": draw(st.sampled_from(["open", "completed", "completed", "cancelled"])),
        "currency": draw(st.sampled_from(["EUR", "EUR", "JPY"])),
        "total_minor": total,
        "refunded_minor": draw(st.sampled_from([0, 0, total, total // 3])),
        "placed_at": placed_at,
        "placed_on": placed_at.date(),
        "promised_on": draw(st.sampled_from([None, placed_at.date() + timedelta(days=4)])),
    }


@st.composite
def parcels(draw: st.DrawFn, order: dict[str, Any], key: int) -> dict[str, Any]:
    moved_at = order["placed_at"] + timedelta(hours=draw(st.integers(1, 200)))
    status = draw(st.sampled_from(["delivered", "delivered", "delivered", "in_transit", "cancelled"]))
    is_timed = status == "delivered" and draw(st.sampled_from([True, True, True, False]))
    return {
        "id": key,
        "order_id": order["id"],
        "status": status,
        "status_on": moved_at.date(),
        "delivered_at": moved_at if is_timed else None,
        "delivered_on": moved_at.date() if is_timed else None,
        "promised_on": draw(st.sampled_from([None, (order["placed_at"] + timedelta(days=3)).date()])),
    }


@st.composite
def shops(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Some weeks of a small shop, with the odd cases that real ones have."""
    placed = [draw(orders(key)) for key in range(1, draw(st.integers(0, 25)) + 1)]
    sent = [order for order in placed for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2])))]
    boxes = [draw(parcels(order, key)) for key, order in enumerate(sent, 1)]
    scored = draw(st.lists(st.tuples(st.integers(1, 25), st.integers(1, 5)), max_size=15))
    reviews = [{"id": key, "order_id": order, "score": score} for key, (order, score) in enumerate(scored)]
    return {"orders": placed, "parcels": boxes, "reviews": reviews}


@st.composite
def questions(draw: st.DrawFn) -> Question:
    since = draw(st.one_of(st.none(), DAYS.map(lambda day: (START + timedelta(days=day)).date())))
    until = draw(st.one_of(st.none(), DAYS.map(lambda day: (START + timedelta(days=day)).date())))
    channel, grain = draw(st.sampled_from([None, None, 1, 2])), draw(st.sampled_from(list(Grain)))
    return Question(since=since, until=until, channel_id=channel, grain=grain)


def answers(rows: dict[str, list[dict[str, Any]]], ask: Question, engine: str) -> dict[str, Answer]:
    with tempfile.TemporaryDirectory() as folder, asker(write_rows(Path(folder), rows), engine=engine) as who:
        return {key: who.ask(figure, ask) for key, figure in registry.items()}


def assert_same(answer: Answer, expected: Sequence[dict[str, Any]]) -> None:
    """The same rows; sums of fractions may differ in the last bits."""
    sort = "currency" if answer.figure.in_money and "bucket" not in (answer.rows or [{}])[0] else ""
    found = sorted(answer.rows, key=lambda row: row[sort]) if sort else list(answer.rows)
    wanted = sorted(expected, key=lambda row: row[sort]) if sort else list(expected)
    assert [dict(row) for row in found] == [pytest.approx(row) for row in wanted], answer.figure.key


def as_date(value: Any) -> Any:
    """A bucket as a date: DuckDB's own answer to ``DATE_TRUNC`` is a moment."""
    return value.date() if isinstance(value, datetime) else value


def check(rows: dict[str, list[dict[str, Any]]], ask: Question, engine: str) -> None:
    shop = Shop(rows, ask)
    for key, answer in answers(rows, ask, engine).items():
        assert_same(answer, REFERENCE[key](shop))


@QUIET
@given(rows=shops(), ask=questions())
def test_duckdb_counts_as_python_does(rows: dict[str, list[dict[str, Any]]], ask: Question) -> None:
    check(rows, ask, "duckdb")


def test_every_figure_is_checked() -> None:
    assert registry.keys() == REFERENCE.keys()


@pytest.mark.parametrize("figure", registry.values(), ids=lambda figure: figure.key)
def test_a_figure_says_what_it_counts(figure: Figure) -> None:
    assert figure.words.endswith(".")
    assert "{" not in figure.words
    assert figure.title[0].isupper()


def test_the_sql_shown_gives_the_same_answer(tmp_path: Path) -> None:
    files = generate_export(tmp_path, orders=500)
    with asker(files) as who:
        for figure in registry.values():
            answer = who.ask(figure, Question(since=date(2024, 1, 1)))
            again = who.connection.con.sql(answer.sql).to_arrow_table().to_pylist()
            assert_same(answer, [{key: as_date(value) for key, value in row.items()} for row in again])


def test_currencies_are_never_added() -> None:
    rows = {
        "orders": [
            {
                "id": key,
                "channel_id": 1,
                "state": "open",
                "currency": currency,
                "customer_id": 1,
                "total_minor": 1000,
                "refunded_minor": 0,
                "placed_at": START,
                "placed_on": START.date(),
            }
            for key, currency in enumerate(["EUR", "EUR", "JPY"], 1)
        ]
    }
    found = answers(rows, Question(), "duckdb")
    assert [(row["currency"], row["value"]) for row in found["revenue"].rows] == [
        ("EUR", 2000),
        ("JPY", 1000),
    ]
    assert found["revenue"].value == 2000
    assert found["orders"].value == 3
