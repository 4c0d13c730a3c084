"""Every fault of a rule is named by its place, in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from aftercart.kernel.rules import RuleError, check, holds, read
from aftercart.kernel.rules.deciding import Facts
from aftercart.kernel.rules.reading import MAX_DEPTH, MAX_NODES
from aftercart.kernel.rules.tests import cast as c
from aftercart.kernel.rules.tests.strategies import NOW


def faults(tree: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in check({"version": 1, **tree}, c.person)]


def leaf(name: str, op: str, *value: Any) -> dict[str, Any]:
    return {"fact": f"cast-person.{name}", "op": op} | ({"value": value[0]} if value else {})


COMPARING = "at_least, at_most, more_than, less_than, between"
NO_NODE = (
    'write a group ("all", "any", "not"), a "fact", or a question about related things ("count", "some", …)'
)
FAULTY: list[tuple[dict[str, Any], str]] = [
    (
        {"all": [leaf("points", "at_least", 1), leaf("points", "is", "abc")]},
        "/all/1/value: write a number, not 'abc'",
    ),
    ({"all": [leaf("points", "is", 1.5)]}, "/all/0/value: write a number with no decimals, not 1.5"),
    (
        {"all": [leaf("rating", "is", 1.555)]},
        "/all/0/value: write a number with at most 2 decimals, not 1.555",
    ),
    (
        {"any": [{"fact": "cast-person.shoe", "op": "is", "value": 1}]},
        "/any/0/fact: 'cast-person.shoe' is no fact about cast-person",
    ),
    (
        {"not": leaf("country", "is", "XX")},
        "/not/value: write a country as its two letters, such as PL, not 'XX'",
    ),
    (
        leaf("country", "is_any_of", ["PL", "de"]),
        "/value/1: write a country as its two letters, such as PL, not 'de'",
    ),
    (
        leaf("points", "contains", "1"),
        f"/op: Points is asked with one of is, is_not, {COMPARING}, is_known, is_unknown, not 'contains'",
    ),
    (leaf("language", "is", "tlh"), "/value: choose one of pl, ja, not 'tlh'"),
    (leaf("is_vip", "is", 1), "/value: write true or false, not 1"),
    (leaf("points", "is", True), "/value: write a number, not True"),
    (leaf("points", "between", [3, 2]), "/value: write the lower value first"),
    (leaf("points", "is"), "/value: write the value for is"),
    (leaf("points", "is_known", 1), "/value: take this out: is_known has no value"),
    (leaf("name", "is", ""), "/value: write a text of 1 to 500 characters"),
    (leaf("name", "is", "a\x00"), "/value: write a text without control characters"),
    (leaf("born_on", "before", "31.3.2026"), "/value: write a date such as 2026-03-31, not '31.3.2026'"),
    (
        leaf("born_on", "within_last", {"hours": 3}),
        "/value: write a length of time such as {\"days\": 30}, in days or weeks, not {'hours': 3}",
    ),
    (
        leaf("seen_at", "after", "2026-03-31"),
        "/value: write a moment with its zone, such as 2026-03-31T18:00:00+02:00, not '2026-03-31'",
    ),
    (leaf("balance", "at_least", 5), '/value: write money as {"minor": 1999, "currency": "EUR"}'),
    (
        leaf("balance", "at_least", {"minor": 1, "currency": "XYZ"}),
        "/value: 'XYZ' is not an ISO 4217 currency code, such as EUR",
    ),
    (leaf("has_state", "is", True), "/with: say which state"),
    (
        leaf("has_state", "is", True) | {"with": {"state": "lost"}},
        "/with/state: write one of paid, sent, returned, not 'lost'",
    ),
    (leaf("points", "is", 1) | {"with": {"a": "b"}}, "/with: take this out: Points needs none"),
    (leaf("points", "is", 1) | {"values": 2}, "/values: take this out: it is none of fact, with, op, value"),
    ({"all": {}}, "/all: write a list of conditions, not {}"),
    ({"any": []}, "/any: add a condition: any of none never holds"),
    ({"all": [], "any": []}, "/: write only one of all and any here"),
    ({"all": ["x"]}, f"/all/0: {NO_NODE}, not 'x'"),
    ({"some": "cast-person.orders"}, "/some: 'cast-person.orders' is nothing a cast-person has several of"),
    ({"every": "cast-person.purchases"}, '/: write under "where" what every one of them is'),
    (
        {"some": "cast-person.purchases", "where": leaf("points", "is", 1)},
        "/where/fact: 'cast-person.points' is no fact about cast-purchase",
    ),
    (
        {"sum": "cast-person.purchases", "of": "cast-purchase.number", "op": "is", "value": 1},
        "/of: Number cannot be measured so: choose a fact of type number, money",
    ),
    (
        {"count": "cast-person.purchases", "op": "is_known"},
        f"/op: Purchases: count is asked with one of is, is_not, {COMPARING}, not 'is_known'",
    ),
]


@pytest.mark.parametrize(("tree", "sentence"), FAULTY)
def test_a_fault_has_its_place_and_a_sentence(tree: dict[str, Any], sentence: str) -> None:
    assert faults(tree) == [sentence]


def test_all_faults_are_told_at_once() -> None:
    found = check({"all": [leaf("points", "is", "a"), leaf("shoe", "is", 1)]}, c.person)
    assert [problem.place for problem in found] == ["/version", "/all/0/value", "/all/1/fact"]


@pytest.mark.parametrize(
    "rule", [None, [], "x", {"version": 1}, {"version": 2, "all": []}, {"version": True, "all": []}]
)
def test_what_is_no_rule_is_refused(rule: object) -> None:
    assert check(rule, c.person) != []


def test_depth_is_limited() -> None:
    tree: dict[str, Any] = {"all": []}
    for _ in range(MAX_DEPTH - 1):
        tree = {"not": tree}
    assert faults(tree) == []
    assert faults({"not": tree})[0].endswith("groups nest at most 8 deep")


def test_a_rule_nested_past_pythons_own_limit_is_refused() -> None:
    tree: dict[str, Any] = {"all": []}
    for _ in range(100_000):
        tree = {"not": tree}
    assert faults(tree) == ["/: a rule is JSON of at most 64 kB"]


def test_size_is_limited() -> None:
    assert faults({"all": [{"all": []}] * (MAX_NODES - 1)}) == []
    assert faults({"all": [{"all": []}] * MAX_NODES}) == [
        f"/all/{MAX_NODES - 1}: a rule has at most 200 conditions"
    ]
    assert faults({"any": [leaf("name", "is_any_of", ["x" * 400] * 200)]}) == [
        "/: a rule is JSON of at most 64 kB"
    ]


def test_a_faulty_rule_cannot_be_used() -> None:
    with pytest.raises(RuleError, match="/op: "):
        holds({"version": 1, "fact": "cast-person.points", "op": "?"}, Facts("cast-person"), now=NOW)


def test_a_rule_about_others_cannot_be_used() -> None:
    with pytest.raises(RuleError, match="this rule is about cast-item"):
        read(read({"version": 1, "all": []}, c.item), c.person)


def test_a_choice_that_went_away_stays_readable_and_is_told_on_checking() -> None:
    gone = {"version": 1, **leaf("language", "is", "tlh")}
    facts = Facts.of(c.person, {"language": "pl"})
    assert not holds(gone, facts, now=NOW)
    assert check(gone, c.person) != []
