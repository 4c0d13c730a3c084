"""Facts are loaded with few queries, and searching asks related things once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercart.kernel.rules import (
    NUMBER,
    TEXT,
    RuleError,
    Subject,
    compile_rule,
    fact,
    holds,
    snapshot,
    snapshots,
    subject_named,
)
from aftercart.kernel.rules.tests import cast as c
from aftercart.kernel.rules.tests.strategies import NOW

PATH = "cast-person.purchases"
BUSY: dict[str, Any] = {
    "version": 1,
    "all": [
        {"count": PATH, "op": "at_least", "value": 2},
        {
            "some": PATH,
            "where": {
                "some": "cast-purchase.items",
                "where": {"fact": "cast-item.sku", "op": "is", "value": "a"},
            },
        },
        {
            "any": [
                {"fact": "cast-person.points", "op": "at_least", "value": 1},
                {"fact": "cast-person.points", "op": "is_unknown"},
            ]
        },
    ],
}
note = Subject("cast-note", label="Note")
fact(note, "words", NUMBER, "Words", value=lambda text, ask: len(text.split()))
fact(note, "text", TEXT, "Text", value=lambda text, ask: text)


@pytest.mark.usefixtures("cast")
def test_many_people_take_as_many_queries_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = c.Person.objects.bulk_create([c.Person(name=str(n)) for n in range(20)])
    for someone in people:
        for _ in range(2):
            bought = c.Purchase.objects.create(person=someone)
            c.Item.objects.create(purchase=bought, sku="A")
    with django_assert_num_queries(3):
        snapshot(people[0], BUSY, c.person, now=NOW)
    with django_assert_num_queries(3):
        seen = snapshots(people, BUSY, c.person, now=NOW)
    assert all(holds(BUSY, facts, now=NOW) for facts in seen)
    with django_assert_num_queries(1):
        assert compile_rule(BUSY, c.person, NOW).count() == 20


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("wrap", ["all", "any", "not"])
def test_a_measure_is_taken_over_all_never_row_by_row(wrap: str) -> None:
    often = {"count": PATH, "op": "at_least", "value": 2}
    rarely = {"count": PATH, "op": "at_most", "value": 2}
    for tree in (often, rarely):
        rule = {"version": 1, wrap: tree if wrap == "not" else [tree, tree]}
        sql = str(compile_rule(rule, c.person, NOW).query)
        measured = sql[sql.index("HAVING") - 400 :]
        assert 'person_id" IS NOT NULL' in measured
        assert 'person_id" = ' not in sql


def test_what_is_not_stored_is_decided_and_not_searched() -> None:
    rule = {"version": 1, "all": [{"fact": "cast-note.words", "op": "at_least", "value": 2}]}
    text: Any = "two words"
    assert holds(rule, snapshot(text, rule, note, now=NOW), now=NOW)
    with pytest.raises(RuleError, match="cast-note is not stored, so it cannot be searched"):
        compile_rule(rule, note, NOW)


@pytest.mark.usefixtures("cast")
def test_relative_time_moves_with_now() -> None:
    someone = c.Person.objects.create(seen_at=NOW)
    rule = {"version": 1, "fact": "cast-person.seen_at", "op": "within_last", "value": {"minutes": 10}}
    edge = NOW + timedelta(minutes=10)
    assert someone in compile_rule(rule, c.person, edge)
    assert someone not in compile_rule(rule, c.person, edge + timedelta(microseconds=1))


def test_subjects_are_found_by_name() -> None:
    assert subject_named("cast-note") is note
    with pytest.raises(LookupError, match="no app declares the subject 'nobody'"):
        subject_named("nobody")
    with pytest.raises(ValueError, match="declared twice"):
        Subject("cast-note", label="Again")
    with pytest.raises(ValueError, match="declared twice"):
        fact(note, "text", TEXT, "Again")
