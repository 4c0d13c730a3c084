"""JSON Schema (2020-12) of rules about one subject, generated from what apps declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.facts import Collection, Fact, Subject, subject_named
from aftercart.kernel.rules.kinds import DATE, DATETIME, MAX_NUMBER, MAX_TEXT, MONEY, NUMBER, Kind
from aftercart.kernel.rules.operators import MAX_VALUES, OPERATORS, UNITS, Operator, Takes
from aftercart.kernel.rules.reading import COUNT, measuring
from aftercart.kernel.rules.vocabulary import reachable

Json = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEADS: dict[str, tuple[str, ...]] = {
    "all": ("all",),
    "any": ("any",),
    "not": ("not",),
    "fact": ("fact", "with", "op", "value"),
    **{head: (head, "where") for head in tree.QUANTIFIERS},
    **{head: (head, "of", "where", "op", "value") for head in tree.MEASURES if head != "count"},
    "count": ("count", "where", "op", "value"),
}


def schema(subject: Subject | str) -> Json:
    """The schema of a whole rule about the subject. What it cannot say (limits of depth and size, an upper
    value below the lower) ``check`` says.
    """
    known = subject_named(subject)
    return {
        "$schema": DIALECT,
        "title": f"Rule about {known.many or known.name}",
        "$ref": f"#/$defs/{known.name}",
        "properties": {"version": {"const": tree.VERSION}},
        "required": ["version"],
        "$defs": {each.name: _node(each) for each in reachable(known)},
    }


def _node(subject: Subject) -> Json:
    """One node: its head says which names may stand beside it, then each fact and collection has its word."""
    part = _part(subject)
    heads = {head: names for head, names in HEADS.items() if _has(subject, head)}
    return {
        "type": "object",
        "properties": {
            "all": {"type": "array", "items": part},
            "any": {"type": "array", "items": part, "minItems": 1},
            "not": part,
            "fact": {"enum": [fact.path for fact in subject.facts.values()]},
            **{head: {"enum": _paths(subject)} for head in (*tree.QUANTIFIERS, *tree.MEASURES)},
        },
        "oneOf": [
            {"required": [head], "propertyNames": {"enum": ["version", *names]}}
            for head, names in heads.items()
        ],
        "allOf": [
            *(_when({"fact": fact.path}, _asked(fact)) for fact in subject.facts.values()),
            *(each for found in subject.collections.values() for each in _related(found)),
        ],
    }


def _has(subject: Subject, head: str) -> bool:
    return head in ("all", "any", "not") or bool(subject.facts if head == "fact" else subject.collections)


def _paths(subject: Subject) -> list[str]:
    return [found.path for found in subject.collections.values()]


def _part(subject: Subject) -> Json:
    """A node inside another one: a version only stands at the root."""
    return {"$ref": f"#/$defs/{subject.name}", "not": {"required": ["version"]}}


def _when(named: dict[str, str], then: Json) -> Json:
    exact = {name: {"const": value} for name, value in named.items()}
    return {"if": {"properties": exact, "required": list(named)}, "then": then}


def _asked(fact: Fact) -> Json:
    names = {parameter.name: _coded(parameter.allowed()) for parameter in fact.parameters}
    given = {"type": "object", "properties": names, "required": list(names), "additionalProperties": False}
    with_: Json = {"properties": {"with": given}, "required": ["with"] if names else []}
    return with_ | {"title": fact.label} | _operators(OPERATORS[fact.kind], fact)


def _operators(operators: Mapping[str, Operator], fact: Fact) -> Json:
    by_shape: defaultdict[Takes, list[str]] = defaultdict(list)
    for operator in operators.values():
        by_shape[operator.takes].append(operator.name)
    return {"anyOf": [_operator(names, takes, fact) for takes, names in by_shape.items()]}


def _operator(names: list[str], takes: Takes, fact: Fact) -> Json:
    op: Json = {"enum": names}
    if takes is Takes.NOTHING:
        return {"properties": {"op": op, "value": False}, "required": ["op"]}
    return {"properties": {"op": op, "value": _value(takes, fact)}, "required": ["op", "value"]}


def _related(found: Collection) -> list[Json]:
    where = {"properties": {"where": _part(found.of)}}
    heads = (*tree.QUANTIFIERS, *tree.MEASURES)
    return [
        *(_when({head: found.path}, where) for head in heads),
        _when({"every": found.path}, {"required": ["where"]}),
        _when({"count": found.path}, _operators(measuring("count", COUNT), COUNT)),
        *(each for head in tree.MEASURES if head != "count" for each in _measures(head, found)),
    ]


def _measures(head: str, found: Collection) -> list[Json]:
    measurable = (NUMBER, MONEY) if head in ("sum", "average") else (NUMBER, MONEY, DATE, DATETIME)
    facts = [fact for fact in found.of.facts.values() if fact.kind in measurable and not fact.parameters]
    of = {"properties": {"of": {"enum": [fact.path for fact in facts]}}, "required": ["of"]}
    return [
        _when({head: found.path}, of),
        *(
            _when({head: found.path, "of": fact.path}, _operators(measuring(head, fact), fact))
            for fact in facts
        ),
    ]


def _value(takes: Takes, fact: Fact) -> Json:
    one = _one(fact.kind, fact)
    if takes is Takes.ONE:
        return one
    if takes is Takes.PAIR:
        return {"type": "array", "prefixItems": [one, one], "minItems": 2, "maxItems": 2}
    if takes is Takes.MANY:
        return {"type": "array", "items": one, "minItems": 1, "maxItems": MAX_VALUES}
    units = list(UNITS) if fact.kind is DATETIME else ["days", "weeks"]
    amount = {"type": "integer", "minimum": 0}
    span = {"type": "object", "properties": dict.fromkeys(units, amount), "additionalProperties": False}
    return span | {"minProperties": 1, "maxProperties": 1}


def _one(kind: Kind, fact: Fact) -> Json:
    whole: Json = {"type": "integer", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
    if kind is NUMBER:
        return whole if not fact.places else whole | {"type": "number", "multipleOf": 10**-fact.places}
    by_name: dict[str, Json] = {
        "boolean": {"type": "boolean"},
        "date": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "datetime": {"type": "string", "format": "date-time"},
        "money": {
            "type": "object",
            "properties": {"minor": whole, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
            "required": ["minor", "currency"],
            "additionalProperties": False,
        },
    }
    return by_name.get(kind.name) or _coded(fact.options(strict=True).choices)


def _coded(choices: Any) -> Json:
    codes = [code for code, _ in choices]
    return {"enum": codes} if codes else {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
