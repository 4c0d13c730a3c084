"""What each operator means, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from aftercart.kernel.rules import Facts, holds
from aftercart.kernel.rules.tests import cast as c
from aftercart.kernel.rules.tests.strategies import NOW

SECOND = timedelta(seconds=1)
MONTH = timedelta(days=30)
EUR = {"minor": 5000, "currency": "EUR"}

MEANT: list[tuple[str, Any, str, Any, bool]] = [
    ("points", 3, "at_least", 3, True),
    ("points", 3, "more_than", 3, False),
    ("points", 3, "between", [3, 4], True),
    ("points", 3, "is_not", 4, True),
    ("points", None, "is_not", 4, False),
    ("points", None, "at_most", 4, False),
    ("points", 0, "is_known", ..., True),
    ("points", None, "is_unknown", ..., True),
    ("rating", "4.50", "is", 4.5, True),
    ("rating", "4.49", "at_least", 4.5, False),
    ("name", "Straße 1", "contains", "STRASSE", True),
    ("name", "", "is_not", "x", False),
    ("name", "", "is_unknown", ..., True),
    ("name", "a b c", "contains_all_of", ["A", "C"], True),
    ("name", "a b c", "contains_all_of", ["A", "D"], False),
    ("name", "a b c", "contains_none_of", ["d", "e"], True),
    ("name", "Łódź", "starts_with", "łó", True),
    ("name", "Łódź", "ends_with", "DŹ", True),
    ("name", "Łódź", "is_none_of", ["łódź", "x"], False),
    ("country", "PL", "is_any_of", ["DE", "PL"], True),
    ("country", "", "is_none_of", ["DE"], False),
    ("tags", ["VIP", "sale"], "has_all_of", ["vip", "SALE"], True),
    ("tags", ["VIP"], "has_none_of", ["sale"], True),
    ("tags", [], "has_none_of", ["sale"], True),
    ("tags", None, "has_none_of", ["sale"], True),
    ("tags", None, "is_empty", ..., True),
    ("tags", ["x"], "is_not_empty", ..., True),
    ("is_vip", None, "is", False, False),
    ("is_vip", False, "is", False, True),
    ("balance", (5000, "EUR"), "at_least", EUR, True),
    ("balance", (9000, "PLN"), "at_least", EUR, False),
    ("balance", (100, "PLN"), "less_than", EUR, False),
    ("balance", (100, ""), "is_unknown", ..., True),
    ("seen_at", NOW - MONTH, "within_last", {"days": 30}, True),
    ("seen_at", NOW - MONTH - SECOND, "within_last", {"days": 30}, False),
    ("seen_at", NOW + SECOND, "within_last", {"days": 30}, False),
    ("seen_at", NOW - MONTH - SECOND, "before_last", {"days": 30}, True),
    ("seen_at", NOW - MONTH, "before_last", {"days": 30}, False),
    ("seen_at", NOW - timedelta(minutes=90), "within_last", {"minutes": 90}, True),
    ("seen_at", NOW, "in_next", {"hours": 1}, True),
    ("seen_at", NOW + timedelta(hours=2), "after_next", {"hours": 1}, True),
    ("seen_at", NOW, "before", "2026-03-01T13:00:00+01:00", False),
    ("seen_at", NOW, "after", "2026-03-01T12:59:59+01:00", True),
    ("born_on", date(2026, 2, 1), "within_last", {"days": 28}, True),
    ("born_on", date(2026, 1, 31), "within_last", {"days": 28}, False),
    ("born_on", date(1990, 3, 8), "anniversary_in_next", {"days": 7}, True),
    ("born_on", date(1990, 3, 9), "anniversary_in_next", {"weeks": 1}, False),
]


@pytest.mark.parametrize(("name", "seen", "op", "value", "expected"), MEANT)
def test_an_operator_means(name: str, seen: Any, op: str, value: Any, *, expected: bool) -> None:
    rule = {"version": 1, "fact": f"cast-person.{name}", "op": op} | (
        {} if value is ... else {"value": value}
    )
    facts = Facts.of(c.person, {name: seen})
    assert holds(rule, facts, now=NOW) is expected
    inner = {key: rule[key] for key in rule if key != "version"}
    assert holds({"version": 1, "not": inner}, facts, now=NOW) is not expected


def test_a_leap_day_is_kept_on_the_day_before_in_common_years() -> None:
    rule = {"version": 1, "fact": "cast-person.born_on", "op": "anniversary_in_next", "value": {"days": 0}}
    facts = Facts.of(c.person, {"born_on": date(1992, 2, 29)})
    assert holds(rule, facts, now=datetime(2026, 2, 28, 9, tzinfo=UTC))
    assert not holds(rule, facts, now=datetime(2028, 2, 28, 9, tzinfo=UTC))
    assert holds(rule, facts, now=datetime(2028, 2, 29, 9, tzinfo=UTC))


def test_today_is_the_day_in_the_zone_of_now() -> None:
    rule = {"version": 1, "fact": "cast-person.born_on", "op": "within_last", "value": {"days": 0}}
    late = datetime(2026, 3, 1, 23, tzinfo=UTC)
    facts = Facts.of(c.person, {"born_on": date(2026, 3, 2)})
    assert not holds(rule, facts, now=late)
    assert holds(rule, facts, now=late.astimezone(timezone(timedelta(hours=9))))


BOUGHT = [
    {"total": (3000, "EUR"), "state": "paid", "placed_at": NOW - timedelta(days=200)},
    {"total": (2000, "EUR"), "state": "sent", "placed_at": NOW - timedelta(days=100)},
    {"total": (9000, "PLN"), "state": "sent", "placed_at": None},
]
PATH = "cast-person.purchases"
SENT = {"fact": "cast-purchase.state", "op": "is", "value": "sent"}
MEASURED: list[tuple[dict[str, Any], bool, bool]] = [
    ({"count": PATH, "op": "at_least", "value": 3}, True, False),
    ({"count": PATH, "where": SENT, "op": "is", "value": 2}, True, False),
    ({"count": PATH, "op": "less_than", "value": 1}, False, True),
    ({"some": PATH, "where": SENT}, True, False),
    ({"none": PATH}, False, True),
    ({"every": PATH, "where": SENT}, False, True),
    ({"sum": PATH, "of": "cast-purchase.total", "op": "is", "value": EUR}, True, False),
    ({"sum": PATH, "of": "cast-purchase.total", "op": "at_most", "value": EUR}, True, True),
    ({"max": PATH, "of": "cast-purchase.total", "op": "less_than", "value": EUR}, True, False),
    (
        {"average": PATH, "of": "cast-purchase.total", "op": "between", "value": [EUR | {"minor": 2500}] * 2},
        True,
        False,
    ),
    ({"max": PATH, "of": "cast-purchase.placed_at", "op": "before_last", "value": {"days": 90}}, True, False),
]


@pytest.mark.parametrize(("question", "of_some", "of_none"), MEASURED)
def test_related_things_are_measured(question: dict[str, Any], *, of_some: bool, of_none: bool) -> None:
    rule = {"version": 1, **question}
    assert holds(rule, Facts.of(c.person, {"purchases": BOUGHT}), now=NOW) is of_some
    assert holds(rule, Facts.of(c.person, {"purchases": []}), now=NOW) is of_none


def test_the_empty_rule_holds_always() -> None:
    assert holds({"version": 1, "all": []}, Facts("cast-person"), now=NOW)


def test_a_fact_that_was_not_loaded_is_no_unknown() -> None:
    rule = {"version": 1, "fact": "cast-person.points", "op": "is_unknown"}
    with pytest.raises(LookupError, match=r"cast-person\.points was not loaded"):
        holds(rule, Facts("cast-person"), now=NOW)


def test_facts_cannot_be_invented() -> None:
    with pytest.raises(LookupError, match="'shoe' is no fact about cast-person"):
        Facts.of(c.person, {"shoe": 43})
