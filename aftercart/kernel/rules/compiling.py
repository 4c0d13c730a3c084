"""A rule as a queryset.

Every node becomes a condition that is true or false, never null, so ``not`` is a true complement.
Measures of related things are taken in one of two ways. Where the node must hold for the whole rule to hold,
once over all related rows: a grouped subquery that the planner can join. Elsewhere, under ``any`` and
``not``, per row through the index on the key, which no planner can turn into a table scan per row.
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
    OuterRef,
    Q,
    QuerySet,
    Subquery,
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
    root = read(rule, known).root
    return all_of(known.model).filter(_condition(root, now, joined=True))


def condition_of(rule: tree.Rule | Mapping[str, Any], subject: Subject | str, now: datetime) -> Q:
    """The same as a condition to combine with others on a queryset of the subject's model."""
    return _condition(read(rule, subject).root, now, joined=True)


def _condition(node: tree.Node, now: datetime, *, joined: bool) -> Q:
    if isinstance(node, tree.AllOf):
        found = Q()
        for part in node.parts:
            found &= _condition(part, now, joined=joined)
        return found
    if isinstance(node, tree.AnyOf):
        found = Q(pk__in=[])
        for part in node.parts:
            found |= _whole(_condition(part, now, joined=False))
        return found
    if isinstance(node, tree.Not):
        return ~_whole(_condition(node.part, now, joined=False))
    if isinstance(node, tree.Leaf):
        return condition(node.operator.build(node.value, now), fact_column(node, now))
    return _related(node, now) if isinstance(node, tree.Related) else _measured(node, now, joined=joined)


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
    where = _condition(node.where, now, joined=True)
    if node.quantifier == "every":
        where = ~_whole(where)
    found = Q(Exists(_rows(node).filter(where)))
    return found if node.quantifier == "some" else ~found


def _rows(node: tree.Related | tree.Measured) -> QuerySet[Any]:
    """The related rows of one owner."""
    return node.collection.rows().filter(**{node.collection.key: OuterRef(node.collection.owner)}).order_by()


def _measured(node: tree.Measured, now: datetime, *, joined: bool) -> Q:
    test = measured_test(node.operator.build(node.value, now))
    of_nothing = 0 if node.measure in ("count", "sum") else None
    where = _condition(node.where, now, joined=True)
    column, more = _measured_column(node, now)
    if joined and not passes(test, of_nothing):
        rows = node.collection.rows().filter(where & more, **{f"{node.collection.key}__isnull": False})
        groups = _grouped(node, rows.order_by(), column).filter(condition(test, _result(column)))
        return Q(**{f"{node.collection.owner}__in": groups.values(node.collection.key)})
    groups = _grouped(node, _rows(node).filter(where & more), column)
    if column.over is not None:
        return Q(Exists(groups.filter(condition(test, _result(column)))))
    result: Combinable = Subquery(groups.values(RESULT), output_field=column.field)
    if of_nothing is not None:
        result = Coalesce(result, Value(of_nothing), output_field=column.field)
    return condition(test, replace(column, value=result))


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
