"""What rules may ask: apps declare subjects, facts about them, and collections of related things.

An app declares in its ``facts.py``, also about a lower app's subject::

    customer = Subject("customer", model=Customer, label="Customer", many="customers")
    fact(customer, "country", COUNTRY, "Country", column="country")
    collection(customer, "orders", of=order, key="customer_id", label="Orders", one="order", many="orders")
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import Combinable

from aftercart.kernel.rules.kinds import BOOLEAN, COUNTRY, MONEY, Kind, Options, countries

Choices: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Ask:
    """What a fact's expression may depend on: the parameters of the question, and the moment."""

    parameters: Mapping[str, str]
    now: datetime


Expression: TypeAlias = Callable[[Ask], Combinable]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A part of the question: ``purpose`` in "consented to marketing". ``choices`` empty means any text."""

    name: str
    label: str
    choices: Choices | Callable[[], Choices] = ()

    def allowed(self) -> Choices:
        return self.choices() if callable(self.choices) else self.choices


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something a rule may ask of a subject. ``expression`` answers in SQL, ``getter`` from the instance."""

    subject: str
    name: str
    kind: Kind
    label: str
    expression: Expression | None
    currency: Expression | None
    getter: Callable[[Any, Ask], Any] | None
    choices: Choices | Callable[[], Choices]
    places: int
    parameters: tuple[Parameter, ...]
    help: str

    @property
    def path(self) -> str:
        """How rules name it: ``customer.country``."""
        return f"{self.subject}.{self.name}"

    def options(self, *, strict: bool = False) -> Options:
        """What narrows its values. Only strict asks for choices that are computed, say from the database."""
        choices = self.choices
        if callable(choices):
            choices = choices() if strict else ()
        return Options(choices=choices, places=self.places, strict=strict)

    def key(self, parameters: Mapping[str, str]) -> str:
        """The name under which its value is kept in ``Facts``."""
        return f"{self.name} {json.dumps(dict(parameters), sort_keys=True)}" if parameters else self.name


@dataclass(frozen=True, kw_only=True)
class Collection:
    """Related things of another subject: ``rows`` whose ``key`` equals the owner's ``owner`` column.

    ``moment`` is the item's fact that says when it happened; ``did`` is the verb of it ("ordered"). A
    ``single`` collection holds at most one thing, such as the customer of an order.
    """

    subject: str
    name: str
    of: Subject
    key: str
    owner: str
    rows: Callable[[], QuerySet[Any]]
    label: str
    one: str
    many: str
    did: str
    moment: str
    single: bool

    @property
    def path(self) -> str:
        """How rules name it: ``customer.orders``."""
        return f"{self.subject}.{self.name}"


@dataclass(eq=False)
class Subject:
    """A kind of thing that rules are about. Without a model it can be decided, not searched."""

    name: str
    label: str
    model: type[Model] | None = None
    many: str = ""
    facts: dict[str, Fact] = field(default_factory=dict, init=False, repr=False)
    collections: dict[str, Collection] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.name in _subjects:
            raise ValueError(f"the subject {self.name!r} is declared twice")
        _subjects[self.name] = self


_subjects: dict[str, Subject] = {}


def subjects() -> Mapping[str, Subject]:
    """All subjects by name."""
    return MappingProxyType(_subjects)


def subject_named(subject: Subject | str) -> Subject:
    """The subject of that name.

    Raises:
        LookupError: when no app declares it.
    """
    if isinstance(subject, Subject):
        return subject
    try:
        return _subjects[subject]
    except KeyError:
        raise LookupError(f"no app declares the subject {subject!r}") from None


def fact(
    subject: Subject | str,
    name: str,
    kind: Kind,
    label: str,
    *,
    column: str = "",
    expression: Expression | None = None,
    currency: str | Expression = "",
    value: Callable[[Any, Ask], Any] | None = None,
    choices: Choices | Callable[[], Choices] = (),
    places: int = 0,
    parameters: Sequence[Parameter] = (),
    help: str = "",  # noqa: A002
) -> Fact:
    """Declare a fact.

    ``column`` is a field path, for anything more ``expression`` builds an ORM expression (one value per row;
    use a collection for many). Money takes minor units there, and its ``currency`` as a path or expression.
    ``value`` is only for what is not stored: it reads the instance (money as ``(minor, currency)``), and wins
    over the expression when both are given. ``places`` are the decimals a number keeps.
    """
    if kind is MONEY and not (currency or value):
        raise ValueError(f"the money fact {name!r} needs a currency")
    owner = subject_named(subject)
    if name in owner.facts or name in owner.collections:
        raise ValueError(f"{owner.name}.{name} is declared twice")
    declared = Fact(
        subject=owner.name,
        name=name,
        kind=kind,
        label=label,
        expression=expression or (_column(column) if column else None),
        currency=_column(currency) if isinstance(currency, str) and currency else currency or None,
        getter=value,
        choices=_choices(kind, choices),
        places=places,
        parameters=tuple(parameters),
        help=help,
    )
    owner.facts[name] = declared
    return declared


def collection(
    subject: Subject | str,
    name: str,
    *,
    of: Subject,
    key: str,
    label: str,
    one: str,
    many: str = "",
    owner: str = "pk",
    rows: Callable[[], QuerySet[Any]] | None = None,
    did: str = "",
    moment: str = "",
    single: bool = False,
) -> Collection:
    """Declare related things; see ``Collection``. ``rows`` narrows which count (all, when left out)."""
    holder = subject_named(subject)
    if name in holder.facts or name in holder.collections:
        raise ValueError(f"{holder.name}.{name} is declared twice")
    model = of.model
    if model is None:
        raise ValueError(f"{holder.name}.{name}: {of.name} has no model to be searched")
    declared = Collection(
        subject=holder.name,
        name=name,
        of=of,
        key=key,
        owner=owner,
        rows=rows or (lambda: all_of(model)),
        label=label,
        one=one,
        many=many or f"{one}s",
        did=did,
        moment=moment,
        single=single,
    )
    holder.collections[name] = declared
    return declared


def all_of(model: type[Model]) -> QuerySet[Any]:
    """Every row of a model, through its default manager."""
    return model._default_manager.all()  # noqa: SLF001  (Django's documented name for it)


def _column(path: str) -> Expression:
    return lambda ask: F(path)


def _choices(kind: Kind, choices: Choices | Callable[[], Choices]) -> Choices | Callable[[], Choices]:
    if kind is COUNTRY:
        return tuple(countries().items())
    return (("true", "yes"), ("false", "no")) if kind is BOOLEAN else choices
