"""From JSON to a rule, with every fault named by its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.facts import Collection, Fact, Subject, subject_named
from aftercart.kernel.rules.kinds import DATE, DATETIME, MONEY, NUMBER, UnreadableError, shown
from aftercart.kernel.rules.operators import OPERATORS, Operator, Takes, read_value

MAX_DEPTH = 8
MAX_NODES = 200
MAX_BYTES = 64 * 1024
GROUPS = ("all", "any", "not")
NEITHER = (
    'write a group ("all", "any", "not"), a "fact", or a question about related things ("count", "some", …)'
)
COUNT = Fact(
    subject="", name="count", kind=NUMBER, label="number", expression=None, currency=None, getter=None,
    choices=(), places=0, parameters=(), help="",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """A fault in a rule: ``place`` is a JSON pointer (empty for the whole), ``sentence`` what to do."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.sentence}"


class RuleError(ValueError):
    """A rule cannot be used. ``problems`` says why and where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def check(rule: object, subject: Subject | str) -> list[Problem]:
    """Everything wrong with a rule about a subject, in the order of the document; empty when it is fine."""
    reader = _Reader(strict=True)
    reader.read(rule, subject_named(subject))
    return reader.problems


def read(rule: tree.Rule | Mapping[str, Any], subject: Subject | str) -> tree.Rule:
    """A rule ready for use. Read once and keep it when deciding many subjects.

    A choice that no longer exists is let through: it simply matches nothing.

    Raises:
        RuleError: when the rule names what does not exist or has another subject.
    """
    known = subject_named(subject)
    if isinstance(rule, tree.Rule):
        if rule.subject is not known:
            raise RuleError([Problem("", f"this rule is about {rule.subject.name}, not {known.name}")])
        return rule
    reader = _Reader(strict=False)
    root = reader.read(rule, known)
    if root is None or reader.problems:
        raise RuleError(reader.problems)
    return tree.Rule(subject=known, root=root, document=rule)


@dataclass
class _Reader:
    strict: bool
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def read(self, rule: object, subject: Subject) -> tree.Node | None:
        if not isinstance(rule, Mapping):
            self._fault("", f"write an object, not {shown(rule)}")
            return None
        if not _is_small_json(rule):
            self._fault("", f"a rule is JSON of at most {MAX_BYTES // 1024} kB")
            return None
        if rule.get("version") != tree.VERSION or isinstance(rule.get("version"), bool):
            self._fault(
                "/version", f"write 1, not {shown(rule.get('version'))}: rules of version 1 are understood"
            )
        return self._node({key: rule[key] for key in rule if key != "version"}, subject, "", 1)

    def _fault(self, place: str, sentence: str) -> None:
        self.problems.append(Problem(place, sentence))

    def _node(self, node: object, subject: Subject, at: str, depth: int) -> tree.Node | None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            if self.nodes == MAX_NODES + 1:
                self._fault(at, f"a rule has at most {MAX_NODES} conditions")
            return None
        if depth > MAX_DEPTH:
            self._fault(at, f"groups nest at most {MAX_DEPTH} deep")
            return None
        if not isinstance(node, Mapping):
            self._fault(at, f"{NEITHER}, not {shown(node)}")
            return None
        heads = [key for key in (*GROUPS, "fact", *tree.QUANTIFIERS, *tree.MEASURES) if key in node]
        if len(heads) != 1:
            self._fault(at, NEITHER if not heads else f"write only one of {' and '.join(heads)} here")
            return None
        return self._by_head(heads[0], node, subject, at, depth)

    def _by_head(
        self, head: str, node: Mapping[str, Any], subject: Subject, at: str, depth: int
    ) -> tree.Node | None:
        if head in ("all", "any"):
            return self._group(head, node, subject, at, depth)
        if head == "not":
            self._only(node, ("not",), at)
            part = self._node(node["not"], subject, f"{at}/not", depth + 1)
            return tree.Not(at, part) if part else None
        if head == "fact":
            return self._leaf(node, subject, at)
        return self._over_collection(head, node, subject, at, depth)

    def _only(self, node: Mapping[str, Any], allowed: tuple[str, ...], at: str) -> None:
        for key in node:
            if key not in allowed:
                self._fault(f"{at}/{_escaped(key)}", f"take this out: it is none of {', '.join(allowed)}")

    def _group(
        self, head: str, node: Mapping[str, Any], subject: Subject, at: str, depth: int
    ) -> tree.Node | None:
        self._only(node, (head,), at)
        entries = node[head]
        if not isinstance(entries, list):
            self._fault(f"{at}/{head}", f"write a list of conditions, not {shown(entries)}")
            return None
        if head == "any" and not entries:
            self._fault(f"{at}/any", "add a condition: any of none never holds")
        parts = [self._node(entry, subject, f"{at}/{head}/{i}", depth + 1) for i, entry in enumerate(entries)]
        made = tuple(part for part in parts if part is not None)
        return tree.AllOf(at, made) if head == "all" else tree.AnyOf(at, made)

    def _leaf(self, node: Mapping[str, Any], subject: Subject, at: str) -> tree.Node | None:
        self._only(node, ("fact", "with", "op", "value"), at)
        fact = self._fact(node["fact"], subject, f"{at}/fact")
        if fact is None:
            return None
        parameters = self._parameters(node.get("with", {}), fact, at)
        operator = self._operator(node, OPERATORS[fact.kind], fact.label, at)
        if operator is None:
            return None
        return tree.Leaf(at, fact, parameters, operator, self._value(operator, node, fact, at))

    def _over_collection(
        self, head: str, node: Mapping[str, Any], subject: Subject, at: str, depth: int
    ) -> tree.Node | None:
        found = self._collection(node[head], subject, f"{at}/{head}")
        if found is None:
            return None
        where: tree.Node | None = tree.AllOf(f"{at}/where", ())
        if "where" in node:
            where = self._node(node["where"], found.of, f"{at}/where", depth + 1)
        elif head == "every":
            self._fault(at, 'write under "where" what every one of them is')
        if head in tree.MEASURES:
            return self._measured(head, node, found, where, at)
        self._only(node, (head, "where"), at)
        return tree.Related(at, head, found, where) if where else None  # type: ignore[arg-type]

    def _measured(
        self, head: str, node: Mapping[str, Any], found: Collection, where: tree.Node | None, at: str
    ) -> tree.Node | None:
        self._only(node, (head, *(() if head == "count" else ("of",)), "where", "op", "value"), at)
        measured = COUNT if head == "count" else self._fact(node.get("of"), found.of, f"{at}/of")
        if measured is None:
            return None
        allowed = (NUMBER, MONEY) if head in ("sum", "average", "count") else (NUMBER, MONEY, DATE, DATETIME)
        if measured.kind not in allowed or measured.parameters:
            kinds = ", ".join(kind.label.lower() for kind in allowed)
            self._fault(f"{at}/of", f"{measured.label} cannot be measured so: choose a fact of type {kinds}")
            return None
        operators = measuring(head, measured)
        operator = self._operator(node, operators, f"{found.label}: {head}", at)
        if operator is None or where is None:
            return None
        value = self._value(operator, node, measured, at)
        return tree.Measured(at, head, found, where, measured, operator, value)  # type: ignore[arg-type]

    def _fact(self, path: object, subject: Subject, at: str) -> Fact | None:
        owner, _, name = path.partition(".") if isinstance(path, str) else ("", "", "")
        if owner == subject.name and name in subject.facts:
            return subject.facts[name]
        self._fault(at, f"{shown(path)} is no fact about {subject.name}")
        return None

    def _collection(self, path: object, subject: Subject, at: str) -> Collection | None:
        owner, _, name = path.partition(".") if isinstance(path, str) else ("", "", "")
        if owner == subject.name and name in subject.collections:
            return subject.collections[name]
        self._fault(at, f"{shown(path)} is nothing a {subject.name} has several of")
        return None

    def _operator(
        self, node: Mapping[str, Any], known: Mapping[str, Operator], label: str, at: str
    ) -> Operator | None:
        name = node.get("op")
        if isinstance(name, str) and name in known:
            return known[name]
        self._fault(f"{at}/op", f"{label} is asked with one of {', '.join(known)}, not {shown(name)}")
        return None

    def _value(self, operator: Operator, node: Mapping[str, Any], fact: Fact, at: str) -> Any:
        if operator.takes is Takes.NOTHING:
            if "value" in node:
                self._fault(f"{at}/value", f"take this out: {operator.name} has no value")
            return None
        if "value" not in node:
            self._fault(f"{at}/value", f"write the value for {operator.name}")
            return None
        try:
            return read_value(operator, fact.kind, node["value"], fact.options(strict=self.strict))
        except UnreadableError as error:
            sentence, *inside = error.args
            self._fault(f"{at}/value{''.join(inside)}", sentence)
            return None

    def _parameters(self, given: object, fact: Fact, at: str) -> dict[str, str]:
        names = [parameter.name for parameter in fact.parameters]
        if not isinstance(given, Mapping) or set(given) != set(names):
            wanted = (
                f"say which {' and '.join(names)}" if names else f"take this out: {fact.label} needs none"
            )
            self._fault(f"{at}/with", wanted)
            return {}
        for parameter in fact.parameters:
            value = given[parameter.name]
            codes = [code for code, _ in parameter.allowed()]
            if not isinstance(value, str) or not value or (self.strict and codes and value not in codes):
                wanted = f"one of {', '.join(codes[:8])}" if codes else "a text"
                self._fault(f"{at}/with/{parameter.name}", f"write {wanted}, not {shown(value)}")
        return {name: str(given[name]) for name in names}


def measuring(measure: str, measured: Fact) -> dict[str, Operator]:
    """The operators that can be asked of a measure: those that compare with a value."""
    operators = OPERATORS[measured.kind]
    exact = ("is", "is_not") if measure == "average" else ()
    return {
        name: operator
        for name, operator in operators.items()
        if operator.takes is not Takes.NOTHING and name not in exact and name != "anniversary_in_next"
    }


def _is_small_json(rule: Mapping[str, Any]) -> bool:
    try:
        return len(json.dumps(rule, ensure_ascii=False).encode()) <= MAX_BYTES
    except (TypeError, ValueError, RecursionError):
        return False


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
