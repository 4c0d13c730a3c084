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
from aftercart.insights.tests.reference_help import REFERENCE_HELP

START = datetime(2025, 11, 20, tzinfo=UTC)
DAYS = st.integers(0, 150)
COUNTED = REFERENCE | REFERENCE_HELP
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
        "ship_country": draw(st.sampled_from([None, "", "DE", "PL"])),
        **draw(promises(placed_at.date())),
    }


@st.composite
def promises(draw: st.DrawFn, placed_on: date) -> dict[str, date | None]:
    """What was told when it was placed: both days or none."""
    likely, more = draw(st.integers(0, 8)), draw(st.integers(0, 4))
    if draw(st.booleans()):
        return {"likely_on": None, "by_on": None}
    return {
        "likely_on": placed_on + timedelta(days=likely),
        "by_on": placed_on + timedelta(days=likely + more),
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
        "carrier": draw(st.sampled_from(["DHL", "DHL", "InPost", "", None])),
        "failed_attempts": draw(st.sampled_from([0, 0, 1, 2])),
        **{
            name: draw(st.sampled_from([None, order["placed_at"] + timedelta(seconds=seconds)]))
            for name, seconds in zip(
                ("shipped_at", "first_scan_at", "out_at"),
                draw(st.tuples(*[st.integers(-4000, 400_000)] * 3)),
                strict=True,
            )
        },
    }


@st.composite
def happenings(draw: st.DrawFn, parcels: int) -> dict[str, list[dict[str, Any]]]:
    """Questions, claims and answers of guides, on any day."""
    days = DAYS.map(lambda day: (START + timedelta(days=day)).date())
    channels = st.sampled_from([1, 1, 2])
    topics = st.sampled_from(["where", "where", "other", "", None])
    questions = draw(st.lists(st.tuples(channels, topics, days), max_size=12))
    kinds = st.sampled_from(["damaged", "missing"])
    boxes = st.one_of(st.none(), st.integers(1, parcels + 1))
    claims = draw(st.lists(st.tuples(channels, boxes, kinds, days), max_size=8))
    guides = st.sampled_from(["lamp", "shelf"])
    answers = draw(
        st.lists(st.tuples(st.sampled_from([1, 2, None]), guides, st.booleans(), days), max_size=8)
    )
    drawn: dict[str, list[Any]] = {"questions": questions, "claims": claims, "answers": answers}
    columns = {
        "questions": ("channel_id", "topic", "opened_on"),
        "claims": ("channel_id", "parcel_id", "kind", "made_on"),
        "answers": ("channel_id", "guide", "has_worked", "told_on"),
    }
    return {
        name: [{"id": key, **dict(zip(columns[name], row, strict=True))} for key, row in enumerate(rows, 1)]
        for name, rows in drawn.items()
    }


@st.composite
def lines(draw: st.DrawFn, orders: int) -> list[dict[str, Any]]:
    """Lines of a few titles, and of enough further ones that not all are among the first twenty."""
    titles = st.sampled_from(["Lamp", "Shelf", "", None, *(f"Cup {number}" for number in range(25))])
    kinds = st.sampled_from(["product", "product", "product", "fee"])
    drawn = draw(st.lists(st.tuples(st.integers(1, orders + 1), titles, kinds), max_size=60))
    return [
        {"id": key, "order_id": order, "title": title, "kind": kind, "position": key}
        for key, (order, title, kind) in enumerate(drawn, 1)
    ]


@st.composite
def shops(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Some weeks of a small shop, with the odd cases that real ones have."""
    placed = [draw(orders(key)) for key in range(1, draw(st.integers(0, 25)) + 1)]
    sent = [order for order in placed for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2])))]
    boxes = [draw(parcels(order, key)) for key, order in enumerate(sent, 1)]
    scored = draw(st.lists(st.tuples(st.integers(1, 25), st.integers(1, 5)), max_size=15))
    reviews = [{"id": key, "order_id": order, "score": score} for key, (order, score) in enumerate(scored)]
    more = draw(happenings(len(boxes)))
    return {
        "orders": placed,
        "lines": draw(lines(len(placed))),
        "parcels": boxes,
        "reviews": reviews,
        **more,
    }


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
        assert_same(answer, COUNTED[key](shop))


@QUIET
@given(rows=shops(), ask=questions())
def test_duckdb_counts_as_python_does(rows: dict[str, list[dict[str, Any]]], ask: Question) -> None:
    check(rows, ask, "duckdb")


def test_every_figure_is_checked() -> None:
    assert registry.keys() == COUNTED.keys()


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
