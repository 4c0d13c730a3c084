"""Loads the facts a rule asks for: one query for facts kept in the database and one per collection,
however many subjects are decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import Combinable

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.deciding import Facts
from aftercart.kernel.rules.facts import Ask, Collection, Fact, Subject, all_of, subject_named
from aftercart.kernel.rules.reading import Problem, RuleError, read

CHUNK = 500
OWNERS_A_QUERY = 5_000


def snapshot(
    instance: Model, rule: tree.Rule | Mapping[str, Any], subject: Subject | str, *, now: datetime
) -> Facts:
    """The facts about one instance that the rule asks for.

    Raises:
        RuleError: when the rule cannot be read, or asks of related things what is not stored.
    """
    return snapshots([instance], rule, subject, now=now)[0]


def snapshots(
    instances: Sequence[Model],
    rule: tree.Rule | Mapping[str, Any],
    subject: Subject | str,
    *,
    now: datetime,
) -> list[Facts]:
    """The same for many instances, in their order, with as many queries as for one (per 500)."""
    known = subject_named(subject)
    needs = _Needs.of(known, read(rule, known).root)
    found: list[Facts] = []
    for start in range(0, len(instances), CHUNK):
        found += _chunk(instances[start : start + CHUNK], needs, known, now)
    return found


@dataclass
class _Needs:
    """What a rule asks of one subject: facts with their parameters, and collections with their own needs."""

    subject: str
    facts: dict[str, tuple[Fact, Mapping[str, str]]] = field(default_factory=dict)
    rows: dict[str, tuple[Collection, _Needs]] = field(default_factory=dict)

    @classmethod
    def of(cls, subject: Subject, node: tree.Node) -> _Needs:
        needs = cls(subject.name)
        needs.add(node)
        return needs

    def add(self, node: tree.Node) -> None:
        for leaf in tree.leaves(node):
            if isinstance(leaf, tree.Leaf):
                self.facts[leaf.fact.key(leaf.parameters)] = (leaf.fact, leaf.parameters)
                continue
            name = leaf.collection.name
            _, inner = self.rows.setdefault(name, (leaf.collection, _Needs(leaf.collection.of.name)))
            inner.add(leaf.where)
            if isinstance(leaf, tree.Measured) and leaf.measure != "count":
                inner.facts[leaf.measured.name] = (leaf.measured, {})


def _chunk(instances: Sequence[Model], needs: _Needs, subject: Subject, now: datetime) -> list[Facts]:
    values = [_by_getter(instance, needs, now) for instance in instances]
    stored = _Needs(
        subject.name, {key: asked for key, asked in needs.facts.items() if asked[0].getter is None}
    )
    if stored.facts:
        if subject.model is None:
            raise RuleError([Problem("", f"{subject.name} is not stored: its facts need a getter")])
        pks = [instance.pk for instance in instances]
        loaded = _load(all_of(subject.model), "pk", pks, stored, now)
        for instance, seen in zip(instances, values, strict=True):
            found = loaded.get(instance.pk)
            seen.update(found[0].values if found else dict.fromkeys(stored.facts))
    rows: list[dict[str, Sequence[Facts]]] = [{} for _ in instances]
    for name, (collection, inner) in needs.rows.items():
        owners = [_attribute(instance, collection.owner) for instance in instances]
        related = _load(collection.rows(), collection.key, owners, inner, now)
        for holder, owner in zip(rows, owners, strict=True):
            holder[name] = tuple(related.get(owner, ()))
    return [Facts(subject.name, seen, held) for seen, held in zip(values, rows, strict=True)]


def _by_getter(instance: Model, needs: _Needs, now: datetime) -> dict[str, Any]:
    values = {}
    for key, (fact, parameters) in needs.facts.items():
        if fact.getter is not None:
            raw = fact.getter(instance, Ask(parameters=parameters, now=now))
            values[key] = fact.kind.normal(raw, fact.options())
    return values


def _attribute(instance: Model, path: str) -> Any:
    return reduce(getattr, path.split("__"), instance)


def _load(
    rows: QuerySet[Any], key: str, owners: Sequence[Any], needs: _Needs, now: datetime
) -> dict[Any, list[Facts]]:
    """Facts of the rows whose ``key`` is one of the owners, by owner."""
    wanted = sorted({owner for owner in owners if owner is not None})
    annotated = {f"rule_{index}": column for index, column in enumerate(_columns(needs, now))}
    ordered = rows.order_by("pk").annotate(rule_key=F(key), **annotated)
    records: list[Any] = []
    for start in range(0, len(wanted), OWNERS_A_QUERY):
        chunk = ordered.filter(**{f"{key}__in": wanted[start : start + OWNERS_A_QUERY]})
        records += chunk.values_list("rule_key", *annotated)
    nested = _nested(needs, records, now)
    loaded: defaultdict[Any, list[Facts]] = defaultdict(list)
    for record in records:
        loaded[record[0]].append(_facts(record, needs, nested))
    return loaded


def _columns(needs: _Needs, now: datetime) -> list[Combinable]:
    """Two columns for each fact (value, currency), then one for the owner of each nested collection."""
    columns: list[Combinable] = []
    for fact, parameters in needs.facts.values():
        if fact.expression is None:
            raise RuleError([Problem("", f"{fact.label} is not stored, so it cannot be loaded")])
        ask = Ask(parameters=parameters, now=now)
        columns.append(fact.expression(ask))
        columns.append(fact.currency(ask) if fact.currency else F("pk"))
    return [*columns, *(F(collection.owner) for collection, _ in needs.rows.values())]


def _nested(
    needs: _Needs, records: list[Any], now: datetime
) -> dict[str, tuple[int, dict[Any, list[Facts]]]]:
    nested = {}
    for offset, (name, (collection, inner)) in enumerate(needs.rows.items()):
        index = 1 + 2 * len(needs.facts) + offset
        owners = [record[index] for record in records]
        nested[name] = (index, _load(collection.rows(), collection.key, owners, inner, now))
    return nested


def _facts(record: Any, needs: _Needs, nested: dict[str, tuple[int, dict[Any, list[Facts]]]]) -> Facts:
    values = {}
    for index, (key, (fact, _)) in enumerate(needs.facts.items()):
        value, currency = record[1 + 2 * index], record[2 + 2 * index]
        values[key] = fact.kind.normal((value, currency) if fact.currency else value, fact.options())
    rows = {name: tuple(related.get(record[index], ())) for name, (index, related) in nested.items()}
    return Facts(needs.subject, values, rows)
