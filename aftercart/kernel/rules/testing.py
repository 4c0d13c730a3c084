"""For the tests of an app's facts: that searching and deciding say the same about its own things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.compiling import compile_rule
from aftercart.kernel.rules.conditions import Amount
from aftercart.kernel.rules.deciding import Facts, holds
from aftercart.kernel.rules.facts import Fact, Subject
from aftercart.kernel.rules.operators import OPERATORS, Operator, Takes
from aftercart.kernel.rules.reading import check, read
from aftercart.kernel.rules.snapshot import snapshots

FALLBACKS: dict[str, Any] = {
    "text": "x",
    "list": "x",
    "number": 1,
    "money": {"minor": 1, "currency": "EUR"},
    "boolean": True,
    "date": "2026-01-01",
    "datetime": "2026-01-01T00:00:00+00:00",
    "choice": "x",
    "country": "PL",
}


def disagreements(subject: Subject, instances: Sequence[Model], *, now: datetime) -> list[str]:
    """Questions about the subject that find other things than deciding does; empty when all is well.

    Asks every fact with every operator, with the values that the instances have, and every collection.
    The instances must be all there are of the model.
    """
    return [
        f"{rule}: found {found}, decided {decided}"
        for rule in _questions(subject, instances, now)
        for found, decided in [_both(rule, subject, instances, now)]
        if found != decided
    ]


def _both(
    rule: dict[str, Any], subject: Subject, instances: Sequence[Model], now: datetime
) -> tuple[list[Any], list[Any]]:
    faults = check(rule, subject)
    if faults:
        raise AssertionError(f"{rule}: {faults}")
    ready = read(rule, subject)
    seen = snapshots(instances, ready, subject, now=now)
    decided = [each.pk for each, facts in zip(instances, seen, strict=True) if holds(ready, facts, now=now)]
    return sorted(compile_rule(ready, subject, now).values_list("pk", flat=True)), sorted(decided)


def _questions(subject: Subject, instances: Sequence[Model], now: datetime) -> Iterator[dict[str, Any]]:
    for fact in subject.facts.values():
        given = {each.name: each.allowed()[0][0] for each in fact.parameters}
        asked = {"version": tree.VERSION, "fact": fact.path} | ({"with": given} if given else {})
        for operator in OPERATORS[fact.kind].values():
            for value in _values(fact, given, operator, instances, now):
                yield asked | {"op": operator.name} | value
    for related in subject.collections.values():
        yield {"version": tree.VERSION, "some": related.path}
        yield {"version": tree.VERSION, "count": related.path, "op": "at_least", "value": 1}
        yield {"version": tree.VERSION, "count": related.path, "op": "at_most", "value": 1}


def _values(
    fact: Fact, given: dict[str, str], operator: Operator, instances: Sequence[Model], now: datetime
) -> Iterator[dict[str, Any]]:
    if operator.takes is Takes.NOTHING:
        yield {}
        return
    if operator.takes is Takes.SPAN:
        yield from ({"value": {"days": days}} for days in (0, 30, 3650))
        return
    for value in _seen(fact, given, instances, now):
        shaped = {Takes.ONE: value, Takes.MANY: [value], Takes.PAIR: [value, value]}
        yield {"value": shaped[operator.takes]}


def _seen(fact: Fact, given: dict[str, str], instances: Sequence[Model], now: datetime) -> list[Any]:
    """Values of the fact as a rule writes them, as the instances have them."""
    probe = {"version": tree.VERSION, "fact": fact.path, "op": next(iter(OPERATORS[fact.kind]))}
    shape = (
        {"value": [FALLBACKS[fact.kind.name]]}
        if fact.kind.name == "list"
        else {"value": FALLBACKS[fact.kind.name]}
    )
    asked = probe | ({"with": given} if given else {}) | shape
    loaded = snapshots(instances, asked, fact.subject, now=now)
    values = [value for facts in loaded for value in _written(facts, fact.key(given))]
    unique = list({str(value): value for value in values}.values())
    codes = [code for code, _ in fact.options(strict=True).choices]
    if fact.kind.name == "choice" and codes:
        unique = [value for value in unique if value in codes] or codes[:1]
    return unique or [FALLBACKS[fact.kind.name]]


def _written(facts: Facts, key: str) -> list[Any]:
    value = facts.values[key]
    if value is None:
        return []
    if isinstance(value, Amount):
        return [{"minor": value.minor, "currency": value.currency}]
    if isinstance(value, (datetime, date)):
        return [value.isoformat()]
    if isinstance(value, tuple):
        return list(value)
    return [float(value) if isinstance(value, Decimal) else value]
