"""A rule in words a shopkeeper reads, and why it did or did not hold for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.conditions import Amount
from aftercart.kernel.rules.deciding import (
    Facts,
    matching,
    measured_value,
    node_holds,
    value_of,
    wanted_currency,
)
from aftercart.kernel.rules.facts import Subject
from aftercart.kernel.rules.kinds import MONEY
from aftercart.kernel.rules.reading import read
from aftercart.kernel.rules.wording import leaf_words

JOINS = {"all": " and ", "any": " or "}


@dataclass(frozen=True)
class Words:
    """A node in words: a leaf has ``text``; a group (``join`` all, any or not) has ``parts``."""

    at: str
    text: str = ""
    join: str = ""
    parts: tuple[Words, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole in one line, groups in brackets."""
        if not self.join:
            return self.text
        if self.join == "not":
            return f"not ({self.parts[0].sentence})"
        if not self.parts:
            return "always"
        inner = [f"({part.sentence})" if len(part.parts) > 1 else part.sentence for part in self.parts]
        return JOINS[self.join].join(inner)


@dataclass(frozen=True)
class Outcome:
    """One question: its place, its words, whether it held, the value seen in words and as JSON."""

    at: str
    words: str
    holds: bool
    seen: str
    value: Any


@dataclass(frozen=True)
class Explanation:
    """Whether a rule held, the rule in words, and each question's outcome in the order of the rule."""

    holds: bool
    words: Words
    outcomes: tuple[Outcome, ...]


def describe(rule: tree.Rule | Mapping[str, Any], subject: Subject | str) -> Words:
    """The rule in words, without deciding anything.

    Raises:
        RuleError: when the rule cannot be read.
    """
    return _words(read(rule, subject).root)


def explain(rule: tree.Rule | Mapping[str, Any], facts: Facts, *, now: datetime) -> Explanation:
    """Why the rule holds for these facts at ``now``, or does not.

    Raises:
        RuleError: when the rule cannot be read.
        LookupError: when a fact it asks for was not loaded.
    """
    root = read(rule, facts.subject).root
    outcomes = tuple(_outcome(leaf, facts, now) for leaf in tree.leaves(root))
    return Explanation(holds=node_holds(root, facts, now), words=_words(root), outcomes=outcomes)


def _words(node: tree.Node) -> Words:
    if isinstance(node, tree.AllOf):
        return Words(node.at, join="all", parts=tuple(_words(part) for part in node.parts))
    if isinstance(node, tree.AnyOf):
        return Words(node.at, join="any", parts=tuple(_words(part) for part in node.parts))
    if isinstance(node, tree.Not):
        return Words(node.at, join="not", parts=(_words(node.part),))
    return Words(node.at, text=leaf_words(node, lambda inner: _words(inner).sentence))


def _outcome(leaf: tree.Leaf | tree.Related | tree.Measured, facts: Facts, now: datetime) -> Outcome:
    seen, value = _seen(leaf, facts, now)
    return Outcome(leaf.at, _words(leaf).text, node_holds(leaf, facts, now), seen, value)


def _seen(leaf: tree.Leaf | tree.Related | tree.Measured, facts: Facts, now: datetime) -> tuple[str, Any]:
    if isinstance(leaf, tree.Leaf):
        value = value_of(leaf, facts)
        words = "not known" if value is None else leaf.fact.kind.words(value, leaf.fact.options(strict=True))
        return words, _json(value)
    found, of = len(matching(leaf, facts, now)), len(facts.rows[leaf.collection.name])
    if isinstance(leaf, tree.Related) or leaf.measure == "count":
        noun = leaf.collection.one if of == 1 else leaf.collection.many
        return f"{found:,} of {of:,} {noun}", found
    value = measured_value(leaf, facts, now)
    if value is None:
        return f"nothing, in {found:,} of {of:,} {leaf.collection.many}", None
    if isinstance(value, Fraction):
        value = round(float(value), 2) if leaf.measured.kind is not MONEY else round(value)
    shown = Amount(value, wanted_currency(leaf)) if leaf.measured.kind is MONEY else value
    return leaf.measured.kind.words(shown, leaf.measured.options(strict=True)), _json(shown)


def _json(value: Any) -> Any:
    """A value seen, as JSON keeps it: money as an object, dates as ISO 8601, decimals as text."""
    if isinstance(value, Amount):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
