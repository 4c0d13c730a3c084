"""The promise of the language: deciding one by one finds exactly those whom searching finds."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aftercart.kernel.rules import check, compile_rule, explain, holds, read, snapshots
from aftercart.kernel.rules.tests import cast as c
from aftercart.kernel.rules.tests.strategies import NOW, people, rules

EXAMPLES = int(os.environ.get("AFTERCART_RULES_EXAMPLES", "120"))
"""Raise it (say to 5,000) for a long hunt; the suite's own run is the same every time."""

hunt = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 120,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def store(population: list[dict[str, Any]]) -> list[c.Person]:
    """Write a drawn population."""
    plain = [{k: v for k, v in row.items() if k not in ("purchases", "friend")} for row in population]
    made: list[c.Person] = c.Person.objects.bulk_create([c.Person(**row) for row in plain])
    for someone, row in zip(made, population, strict=True):
        if 0 <= row["friend"] < len(made):
            someone.friend = made[row["friend"]]
    c.Person.objects.bulk_update([someone for someone in made if someone.friend], ["friend"])
    items: list[c.Item] = []
    for someone, row in zip(made, population, strict=True):
        for drawn in row["purchases"]:
            values = {k: v for k, v in drawn.items() if k != "items"}
            bought = c.Purchase.objects.create(person=someone, **values)
            items += [c.Item(purchase=bought, **item) for item in drawn["items"]]
    c.Item.objects.bulk_create(items)
    c.Purchase.objects.create(person=None, total=5000, placed_at=NOW)
    return made


@pytest.mark.usefixtures("cast")
@hunt
@given(population=people(), drawn=st.lists(rules(c.person), min_size=4, max_size=8))
def test_deciding_equals_searching(population: list[dict[str, Any]], drawn: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        made = store(population)
        for rule in drawn:
            assert check(rule, c.person) == []
            ready = read(rule, c.person)
            seen = snapshots(made, ready, c.person, now=NOW)
            decided = {p.pk for p, facts in zip(made, seen, strict=True) if holds(ready, facts, now=NOW)}
            found = list(compile_rule(ready, c.person, NOW).values_list("pk", flat=True))
            assert sorted(found) == sorted(decided), rule
            assert explain(ready, seen[0], now=NOW).holds is (made[0].pk in decided)
        transaction.set_rollback(True)
