"""What an editor needs to know of the language and of what apps declare, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aftercart.kernel.money import exponent
from aftercart.kernel.rules import tree
from aftercart.kernel.rules.facts import Collection, Fact, Subject
from aftercart.kernel.rules.kinds import COUNTRY, DATE, DATETIME, KINDS, MONEY, NUMBER, Kind, countries
from aftercart.kernel.rules.operators import OPERATORS, UNITS, Takes
from aftercart.kernel.rules.reading import COUNT, MAX_DEPTH, measuring

Json = dict[str, Any]
HOW = {"some": "at least one", "none": "none", "every": "every one", "count": "how many"}
HOW_SINGLE = {"some": "is one where", "none": "is not one where"}
HOW_MEASURED = {
    "sum": "sum of {}",
    "average": "average {}",
    "min": "smallest {}",
    "max": "largest {}",
}
HOW_DATED = {"min": "earliest {}", "max": "latest {}"}


def vocabulary(subject: Subject, currencies: Sequence[str]) -> Json:
    """Everything an editor of rules about the subject offers. The first currency is proposed first."""
    return {
        "version": tree.VERSION,
        "subject": subject.name,
        "subjects": {each.name: _subject(each) for each in reachable(subject)},
        "operators": {kind.name: _operators(kind) for kind in KINDS.values()},
        "countries": list(countries().items()),
        "currencies": [[code, exponent(code)] for code in currencies],
        "units": list(UNITS),
        "depth": MAX_DEPTH,
    }


def reachable(subject: Subject) -> list[Subject]:
    """The subject, and those it can ask about through collections."""
    found = [subject]
    for each in found:
        found += [c.of for c in each.collections.values() if c.of not in found]
    return list(dict.fromkeys(found))


def _subject(subject: Subject) -> Json:
    return {
        "label": subject.label,
        "many": subject.many or subject.label,
        "facts": [_fact(fact) for fact in subject.facts.values()],
        "collections": [_collection(found) for found in subject.collections.values()],
    }


def _fact(fact: Fact) -> Json:
    choices = [] if fact.kind is COUNTRY else fact.options(strict=True).choices
    return {
        "path": fact.path,
        "label": _spoken(fact),
        "kind": fact.kind.name,
        "places": fact.places,
        "choices": [list(pair) for pair in choices],
        "help": fact.help,
        "parameters": [
            {"name": each.name, "label": each.label, "choices": [list(pair) for pair in each.allowed()]}
            for each in fact.parameters
        ],
    }


def _spoken(fact: Fact) -> str:
    """The label without its parameters, which have fields of their own: "Consented to …"."""
    label = fact.label
    for each in fact.parameters:
        label = label.replace("{" + each.name + "}", "…")
    return label


def _collection(found: Collection) -> Json:
    return {"path": found.path, "label": found.label, "of": found.of.name, "how": _how(found)}


def _how(found: Collection) -> list[Json]:
    """The ways to ask: a head, the fact that is measured, and the operators that fit."""
    if found.single:
        return [
            {"head": head, "label": label, "of": "", "operators": []} for head, label in HOW_SINGLE.items()
        ]
    ways: list[Json] = [
        {"head": head, "label": label, "of": "", "operators": []} for head, label in HOW.items()
    ]
    ways[-1] |= {"operators": list(measuring("count", COUNT)), "kind": NUMBER.name}
    for fact in found.of.facts.values():
        ways += _measures(fact)
    return ways


def _measures(fact: Fact) -> list[Json]:
    if fact.parameters or fact.kind not in (NUMBER, MONEY, DATE, DATETIME):
        return []
    label = fact.label if fact.label[1:2].isupper() else fact.label[:1].lower() + fact.label[1:]
    said = HOW_DATED if fact.kind in (DATE, DATETIME) else HOW_MEASURED
    return [
        {
            "head": head,
            "of": fact.path,
            "label": words.format(label),
            "kind": fact.kind.name,
            "operators": list(measuring(head, fact)),
        }
        for head, words in said.items()
    ]


def _operators(kind: Kind) -> list[Json]:
    return [
        {
            "name": operator.name,
            "label": operator.label,
            "takes": operator.takes.value,
            "units": _units(kind) if operator.takes is Takes.SPAN else [],
        }
        for operator in OPERATORS[kind].values()
    ]


def _units(kind: Kind) -> list[str]:
    return list(UNITS) if kind is DATETIME else ["days", "weeks"]
