"""A rule as a queryset.

Every node becomes a condition that is true or false, never null, so ``not`` is a true complement.

Measures of related things are taken once over all of them, grouped by owner, never row by row. PostgreSQL can
join such a group only where the condition must hold, not under ``OR`` and ``NOT`` (there it would be a hash
table, given up when it outgrows ``work_mem``). So an ``any`` with measures is a union of sets, and what must
not hold is an anti-join with the set of those for whom it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Field,
    JSONField,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.conditions import passes
from aftercart.kernel.rules.deciding import measured_test, wanted_currency
from aftercart.kernel.rules.facts import Ask, Fact, Subject, all_of, subject_named
from aftercart.kernel.rules.kinds import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATE,
    DATETIME,
    LIST,
    MONEY,
    NUMBER,
    TEXT,
    Kind,
)
from aftercart.kernel.rules.reading import Problem, RuleError, read
from aftercart.kernel.rules.sql import Column, Compare, Whole, condition

FIELDS: Mapping[Kind, Field[Any, Any]] = {
    TEXT: TextField(),
    CHOICE: TextField(),
    COUNTRY: TextField(),
    LIST: JSONField(),
    NUMBER: BigIntegerField(),
    MONEY: BigIntegerField(),
    BOOLEAN: BooleanField(),
    DATE: DateField(),
    DATETIME: DateTimeField(),
}
AGGREGATES = {"sum": Sum, "min": Min, "max": Max, "average": Sum}
RESULT, OVER = "rule_result", "rule_over"


def compile_rule(rule: tree.Rule | Mapping[str, Any], subject: Subject | str, now: datetime) -> QuerySet[Any]:
    """The subject's rows for which the rule holds at ``now``, unordered, each once.

    Raises:
        RuleError: when the rule cannot be read, or asks a fact that is not stored.
    """
    known = subject_named(subject)
    if known.model is None:
        raise RuleError([Problem("", f"{known.name} is not stored, so it cannot be searched")])
    return _matching(read(rule, known).root, known.model, now)


def condition_of(rule: tree.Rule | Mapping[str, Any], subject: Subject | str, now: datetime) -> Q:
    """The same as a condition, to combine with others on a queryset of the subject's model."""
    return Q(pk__in=compile_rule(rule, subject, now).values("pk"))


def _matching(node: tree.Node, model: type[Model], now: datetime) -> QuerySet[Any]:
    return all_of(model).filter(_condition(node, model, now))


def _condition(node: tree.Node, model: type[Model], now: datetime) -> Q:
    if isinstance(node, tree.AllOf):
        found = Q()
        for part in node.parts:
            found &= _condition(part, model, now)
        return found
    if isinstance(node, tree.AnyOf):
        return _any(node, model, now)
    if isinstance(node, tree.Not):
        if _measures(node):
            return _except(_matching(node.part, model, now))
        return ~_whole(_condition(node.part, model, now))
    if isinstance(node, tree.Leaf):
        return condition(node.operator.build(node.value, now), fact_column(node, now))
    return _related(node, now) if isinstance(node, tree.Related) else _measured(node, model, now)


def _any(node: tree.AnyOf, model: type[Model], now: datetime) -> Q:
    plain = Q(pk__in=[])
    for part in node.parts:
        if not _measures(part):
            plain |= _whole(_condition(part, model, now))
    measured = [_matching(part, model, now).values("pk") for part in node.parts if _measures(part)]
    if not measured:
        return plain
    return Q(pk__in=all_of(model).filter(plain).values("pk").union(*measured))


def _measures(node: tree.Node) -> bool:
    """Whether a measure is taken anywhere in it."""
    return isinstance(node, tree.Measured) or any(_measures(child) for child in tree.children(node))


def _except(matching: QuerySet[Any]) -> Q:
    return ~Q(Exists(matching.filter(pk=OuterRef("pk"))))


def _whole(found: Q) -> Q:
    """A condition that can be negated: the empty one means every row."""
    return found or ~Q(pk__in=[])


def fact_column(leaf: tree.Leaf, now: datetime) -> Column:
    """A fact's column, as the leaf asks it."""
    return _column(leaf.fact, Ask(parameters=leaf.parameters, now=now), leaf.at)


def _column(fact: Fact, ask: Ask, at: str) -> Column:
    if fact.expression is None:
        raise RuleError([Problem(at, f"{fact.label} is not stored, so it cannot be searched")])
    value, scale = fact.expression(ask), 10**fact.places
    if fact.kind is NUMBER and fact.places:
        value = Whole(value, scale)
    currency = fact.currency(ask) if fact.currency else None
    return Column(kind=fact.kind, value=value, field=FIELDS[fact.kind], scale=scale, currency=currency)


def _related(node: tree.Related, now: datetime) -> Q:
    where = tree.Not(node.at, node.where) if node.quantifier == "every" else node.where
    rows = node.collection.rows().filter(**{node.collection.key: OuterRef(node.collection.owner)})
    found = Q(Exists(rows.filter(_condition(where, rows.model, now)).order_by()))
    return found if node.quantifier == "some" else ~found


def _measured(node: tree.Measured, model: type[Model], now: datetime) -> Q:
    """The owners in whose group the measure passes; if nothing passes too, all but those where it does not."""
    test = measured_test(node.operator.build(node.value, now))
    column, more = _measured_column(node, now)
    rows = node.collection.rows().filter(more, **{f"{node.collection.key}__isnull": False}).order_by()
    groups = _grouped(node, rows.filter(_condition(node.where, rows.model, now)), column)
    passing = condition(test, _result(column))
    if not passes(test, 0 if node.measure in ("count", "sum") else None):
        return _owners(node, groups.filter(passing))
    return _except(all_of(model).filter(_owners(node, groups.filter(~passing))))


def _owners(node: tree.Measured, groups: QuerySet[Any]) -> Q:
    return Q(**{f"{node.collection.owner}__in": groups.values(node.collection.key)})


def _grouped(node: tree.Measured, rows: QuerySet[Any], column: Column) -> QuerySet[Any]:
    """One row per owner with its result."""
    results = {RESULT: column.value} | ({OVER: column.over} if column.over is not None else {})
    grouped: QuerySet[Any] = rows.values(node.collection.key).annotate(**results)
    return grouped


def _result(column: Column) -> Column:
    return replace(column, value=F(RESULT), over=F(OVER) if column.over is not None else None)


def _measured_column(node: tree.Measured, now: datetime) -> tuple[Column, Q]:
    """The measure of a group, and what narrows its rows (money: to the wanted currency)."""
    if node.measure == "count":
        return Column(kind=NUMBER, value=Count("*"), field=BigIntegerField()), Q()
    item = _column(node.measured, Ask(parameters={}, now=now), f"{node.at}/of")
    value: Combinable = AGGREGATES[node.measure](item.value, output_field=item.field)
    if node.measure == "sum":
        value = Coalesce(value, Value(0), output_field=item.field)
    over = Count(item.value) if node.measure == "average" else None
    more = Q()
    if item.currency is not None:
        more = Q(Compare(item.currency, "=", Value(wanted_currency(node), output_field=TextField())))
    return Column(kind=item.kind, value=value, field=item.field, scale=item.scale, over=over), more
