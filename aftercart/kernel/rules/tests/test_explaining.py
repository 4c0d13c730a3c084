"""Rules in a shopkeeper's words, and what was seen."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from aftercart.kernel.rules import Facts, decide, describe, explain
from aftercart.kernel.rules.tests import cast as c
from aftercart.kernel.rules.tests.strategies import NOW

PATH = "cast-person.purchases"
RECENT = {"fact": "cast-purchase.placed_at", "op": "within_last", "value": {"days": 90}}
LARGE = {"fact": "cast-purchase.total", "op": "at_least", "value": {"minor": 5000, "currency": "EUR"}}

SAID: list[tuple[dict[str, Any], str]] = [
    ({"all": []}, "always"),
    (
        {"fact": "cast-person.country", "op": "is_any_of", "value": ["PL", "DE"]},
        "country is Poland or Germany",
    ),
    ({"fact": "cast-person.language", "op": "is_not", "value": "ja"}, "language is not Japanese"),
    (
        {"fact": "cast-person.name", "op": "contains_all_of", "value": ["a", "b"]},
        "name contains all of “a” and “b”",
    ),
    (
        {"fact": "cast-person.tags", "op": "has_any_of", "value": ["a", "b", "c"]},
        "tags include “a”, “b” or “c”",
    ),
    (
        {"fact": "cast-person.born_on", "op": "before", "value": "1990-03-05"},
        "birthday is before 5 March 1990",
    ),
    (
        {"fact": "cast-person.born_on", "op": "anniversary_in_next", "value": {"weeks": 1}},
        "birthday has its day in the next 1 week",
    ),
    (
        {"fact": "cast-person.seen_at", "op": "before_last", "value": {"days": 30}},
        "last seen is more than 30 days ago",
    ),
    ({"fact": "cast-person.is_vip", "op": "is", "value": True}, "is a VIP"),
    ({"fact": "cast-person.is_vip", "op": "is", "value": False}, "is a VIP: no"),
    (
        {"fact": "cast-person.has_state", "with": {"state": "sent"}, "op": "is", "value": True},
        "has a purchase that is sent",
    ),
    (
        {"count": PATH, "where": RECENT, "op": "at_least", "value": 2},
        "bought at least 2 times in the last 90 days",
    ),
    (
        {"count": PATH, "where": {"all": [RECENT, LARGE]}, "op": "is", "value": 1},
        "has exactly 1 purchase in the last 90 days where total is at least €50.00",
    ),
    ({"none": PATH, "where": RECENT}, "never bought in the last 90 days"),
    (
        {
            "some": PATH,
            "where": {
                "some": "cast-purchase.items",
                "where": {"fact": "cast-item.sku", "op": "starts_with", "value": "A-"},
            },
        },
        "has any purchase where has any item where SKU starts with “A-”",
    ),
    ({"every": PATH, "where": LARGE}, "every purchase: total is at least €50.00"),
    (
        {"some": "cast-person.friend", "where": {"fact": "cast-person.country", "op": "is", "value": "PL"}},
        "friend: country is Poland",
    ),
    (
        {
            "sum": PATH,
            "of": "cast-purchase.total",
            "where": RECENT,
            "op": "more_than",
            "value": {"minor": 1, "currency": "JPY"},
        },
        "total of all purchases in the last 90 days together is more than ¥1",
    ),
    (
        {"max": PATH, "of": "cast-purchase.placed_at", "op": "before_last", "value": {"days": 60}},
        "latest placed among purchases is more than 60 days ago",
    ),
    (
        {"not": {"any": [{"fact": "cast-person.points", "op": "between", "value": [1, 2000]}, {"all": []}]}},
        "not (points is between 1 and 2,000 or always)",
    ),
]


@pytest.mark.parametrize(("tree", "sentence"), SAID)
def test_a_rule_in_words(tree: dict[str, Any], sentence: str) -> None:
    assert describe({"version": 1, **tree}, c.person).sentence == sentence


RULE = {
    "version": 1,
    "all": [
        {"fact": "cast-person.country", "op": "is", "value": "PL"},
        {"not": {"fact": "cast-person.points", "op": "is_known"}},
        {"count": PATH, "where": RECENT, "op": "at_least", "value": 2},
        {
            "sum": PATH,
            "of": "cast-purchase.total",
            "op": "at_least",
            "value": {"minor": 100, "currency": "EUR"},
        },
    ],
}


def seen_of_ada() -> Facts:
    purchases = [{"placed_at": NOW - timedelta(days=age), "total": (1999, "EUR")} for age in (1, 100)]
    return Facts.of(c.person, {"country": "PL", "points": None, "purchases": purchases})


def test_each_question_tells_what_it_saw() -> None:
    found = explain(RULE, seen_of_ada(), now=NOW)
    assert not found.holds
    assert [(each.at, each.holds, each.seen) for each in found.outcomes] == [
        ("/all/0", True, "Poland"),
        ("/all/1/not", False, "not known"),
        ("/all/2", False, "1 of 2 purchases"),
        ("/all/3", True, "€39.98"),
    ]


def test_a_decision_keeps_the_rule_and_the_facts() -> None:
    kept = decide(RULE, seen_of_ada(), now=NOW, name="segment:7", revision=3).as_json()
    assert json.loads(json.dumps(kept)) == kept
    assert (kept["rule"], kept["revision"], kept["version"], kept["holds"]) == ("segment:7", 3, 1, False)
    assert kept["seen"][3] == {
        "at": "/all/3",
        "words": "total of all purchases together is at least €1.00",
        "holds": True,
        "seen": "€39.98",
        "value": {"minor": 3998, "currency": "EUR"},
    }
