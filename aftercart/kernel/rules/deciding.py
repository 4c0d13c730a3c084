"""Whether a rule holds for facts already loaded. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.conditions import Amount, InCurrency, Test, passes
from aftercart.kernel.rules.facts import Subject, subject_named
from aftercart.kernel.rules.reading import read


@dataclass(frozen=True)
class Facts:
    """What is known of one subject: values by fact key, and the facts of related things by collection.

    ``None`` is unknown. A fact that was not loaded is absent, and asking for it is a mistake.
    """

    subject: str
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Facts]] = field(default_factory=dict)

    @classmethod
    def of(cls, subject: Subject | str, given: Mapping[str, Any]) -> Facts:
        """Facts about something that is not stored, such as a draft return.

        ``given`` has raw values by fact name (money as ``(minor, currency)``) and, by collection name, a list
        of such mappings.

        Raises:
            LookupError: when a name is no fact and no collection of the subject.
        """
        owner = subject_named(subject)
        values: dict[str, Any] = {}
        rows: dict[str, Sequence[Facts]] = {}
        for name, raw in given.items():
            if name in owner.collections:
                rows[name] = tuple(cls.of(owner.collections[name].of, row) for row in raw)
            elif (plain := name.partition(" ")[0]) in owner.facts:
                fact = owner.facts[plain]
                values[name] = fact.kind.normal(raw, fact.options())
            else:
                raise LookupError(f"{name!r} is no fact about {owner.name}")
        return cls(subject=owner.name, values=values, rows=rows)


def holds(rule: tree.Rule | Mapping[str, Any], facts: Facts, *, now: datetime) -> bool:
    """Whether the rule holds for these facts at ``now`` (aware; its zone says what "today" is).

    Raises:
        RuleError: when the rule cannot be read.
        LookupError: when a fact it asks for was not loaded.
    """
    return node_holds(read(rule, facts.subject).root, facts, now)


def node_holds(node: tree.Node, facts: Facts, now: datetime) -> bool:
    """Whether one node of a rule holds."""
    if isinstance(node, tree.AllOf):
        return all(node_holds(part, facts, now) for part in node.parts)
    if isinstance(node, tree.AnyOf):
        return any(node_holds(part, facts, now) for part in node.parts)
    if isinstance(node, tree.Not):
        return not node_holds(node.part, facts, now)
    if isinstance(node, tree.Leaf):
        return passes(node.operator.build(node.value, now), value_of(node, facts))
    if isinstance(node, tree.Related):
        return _related_holds(node, facts, now)
    test = node.operator.build(node.value, now)
    return passes(measured_test(test), measured_value(node, facts, now))


def value_of(leaf: tree.Leaf, facts: Facts) -> Any:
    """The value a leaf looks at."""
    key = leaf.fact.key(leaf.parameters)
    if key not in facts.values:
        raise LookupError(f"the fact {leaf.fact.path} was not loaded for this rule")
    return facts.values[key]


def matching(node: tree.Related | tree.Measured, facts: Facts, now: datetime) -> list[Facts]:
    """The related things that satisfy ``where``."""
    name = node.collection.name
    if name not in facts.rows:
        raise LookupError(f"{node.collection.path} was not loaded for this rule")
    return [row for row in facts.rows[name] if node_holds(node.where, row, now)]


def measured_value(node: tree.Measured, facts: Facts, now: datetime) -> Any:
    """What the measure comes to; ``None`` when there is nothing to take a minimum, maximum or average of.

    Money is measured in the wanted value's currency only, as plain minor units. The sum of nothing is 0.
    """
    rows = matching(node, facts, now)
    if node.measure == "count":
        return len(rows)
    found = [row.values[node.measured.name] for row in rows]
    currency = wanted_currency(node)
    if currency:
        found = [amount.minor for amount in found if amount is not None and amount.currency == currency]
    return _measure(node.measure, [value for value in found if value is not None])


def measured_test(test: Test) -> Test:
    """The test of a measure: for money, of its minor units, as all have the wanted currency."""
    return test.test if isinstance(test, InCurrency) else test


def wanted_currency(node: tree.Measured) -> str:
    """The currency a money measure is compared in; empty for other types."""
    value = (
        node.value[0] if isinstance(node.value, tuple) and not isinstance(node.value, Amount) else node.value
    )
    return value.currency if isinstance(value, Amount) else ""


def _related_holds(node: tree.Related, facts: Facts, now: datetime) -> bool:
    found = len(matching(node, facts, now))
    if node.quantifier == "every":
        return found == len(facts.rows[node.collection.name])
    return (found > 0) is (node.quantifier == "some")


def _measure(measure: tree.Measure, values: list[Any]) -> Any:
    if measure == "sum":
        return sum(values)
    if not values:
        return None
    if measure == "average":
        return Fraction(sum(values)) / len(values)
    return min(values) if measure == "min" else max(values)
