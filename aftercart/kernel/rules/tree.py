"""A rule that has been read: frozen nodes, ready to decide, compile and say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from aftercart.kernel.rules.facts import Collection, Fact, Subject
from aftercart.kernel.rules.operators import Operator

VERSION = 1
Quantifier: TypeAlias = Literal["some", "none", "every"]
Measure: TypeAlias = Literal["count", "sum", "min", "max", "average"]
QUANTIFIERS: tuple[Quantifier, ...] = ("some", "none", "every")
MEASURES: tuple[Measure, ...] = ("count", "sum", "min", "max", "average")


@dataclass(frozen=True)
class AllOf:
    """Every part holds; no parts, always."""

    at: str
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    at: str
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    at: str
    part: Node


@dataclass(frozen=True, eq=False)
class Leaf:
    """One fact, asked with one operator. ``at`` is the place in the rule as a JSON pointer."""

    at: str
    fact: Fact
    parameters: Mapping[str, str]
    operator: Operator
    value: Any


@dataclass(frozen=True)
class Related:
    """Some, none or every one of the related things satisfies ``where``."""

    at: str
    quantifier: Quantifier
    collection: Collection
    where: Node


@dataclass(frozen=True, eq=False)
class Measured:
    """How many related things satisfy ``where``, or what their ``of`` comes to, asked with one operator.

    ``measured`` is the fact whose type the result has; for a count a whole number.
    """

    at: str
    measure: Measure
    collection: Collection
    where: Node
    measured: Fact
    operator: Operator
    value: Any


Node: TypeAlias = AllOf | AnyOf | Not | Leaf | Related | Measured


@dataclass(frozen=True)
class Rule:
    """A checked rule about one subject, with the JSON it was read from."""

    subject: Subject
    root: Node
    document: Mapping[str, Any]

    @property
    def version(self) -> int:
        return VERSION


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under a node."""
    if isinstance(node, (AllOf, AnyOf)):
        return node.parts
    if isinstance(node, Not):
        return (node.part,)
    return (node.where,) if isinstance(node, (Related, Measured)) else ()


def leaves(node: Node) -> Iterator[Leaf | Related | Measured]:
    """The questions a node asks of its own subject, not those inside a ``where``."""
    if isinstance(node, (Leaf, Related, Measured)):
        yield node
    else:
        for child in children(node):
            yield from leaves(child)
