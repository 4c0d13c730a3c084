"""What each app says it knows of a person: how to find it, hand it out, and forget it.

An app with tables about customers has a ``privacy.py`` that calls :func:`personal_data` once. A test walks
every table of the project and fails when one that leads to a customer is not declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


class Treatment(Enum):
    """What an erasure does to the rows of a table."""

    ERASED = "erased"
    PSEUDONYMISED = "pseudonymised"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table, what an erasure does to it, how long it is kept and why.

    ``model`` is ``"orders.Order"``. ``KEPT`` is for rows that name nobody once the others are done.
    """

    model: str
    treatment: Treatment
    retention: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """By what a person is known: addresses, names, and the things that are theirs (``"order:7"``).

    ``texts`` is anything else that names them: a street with its number, a tracking number.
    """

    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    anonymous_ids: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def __or__(self, other: Identifiers) -> Identifiers:
        return Identifiers(
            emails=self.emails | other.emails,
            phones=self.phones | other.phones,
            names=self.names | other.names,
            texts=self.texts | other.texts,
            anonymous_ids=self.anonymous_ids | other.anonymous_ids,
            subjects=self.subjects | other.subjects,
        )


@dataclass(frozen=True, kw_only=True)
class Person:
    """The customer of an export or an erasure, with everything the apps know them by."""

    customer_id: int
    known_by: Identifiers
    actor: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One file of an export. Rows are JSON values by column; they are read once."""

    name: str
    about: str
    rows: Iterable[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file of an export that is no table: a photo, a document. ``name`` may have folders."""

    name: str
    content: bytes


Identify = Callable[[int], Identifiers]
Export = Callable[[Person], Iterable[Sheet]]
Files = Callable[[Person], Iterable[Attached]]
Erase = Callable[[Person], Mapping[str, int]]
Hinder = Callable[[Person], Sequence[str]]


def _nothing(customer_id: int) -> Identifiers:  # noqa: ARG001 - the default of a callable
    return Identifiers()


def _no_sheets(person: Person) -> Iterable[Sheet]:  # noqa: ARG001 - the default of a callable
    return ()


def _no_files(person: Person) -> Iterable[Attached]:  # noqa: ARG001 - the default of a callable
    return ()


def _no_rows(person: Person) -> Mapping[str, int]:  # noqa: ARG001 - the default of a callable
    return {}


def _no_hindrance(person: Person) -> Sequence[str]:  # noqa: ARG001 - the default of a callable
    return ()


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What one app does about a person.

    ``erase`` gives the number of rows it changed by table (``{"orders.Order": 3}``); it is idempotent and
    runs inside one transaction with all other apps, the highest floor first. ``hinder`` gives sentences
    that say why the person cannot be erased yet.
    """

    app: str
    tables: Sequence[Table]
    identify: Identify = _nothing
    export: Export = _no_sheets
    files: Files = _no_files
    erase: Erase = _no_rows
    hinder: Hinder = _no_hindrance
    tables_by_model: dict[str, Table] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.tables_by_model.update({table.model: table for table in self.tables})


registry: dict[str, PersonalData] = {}


def personal_data(
    *,
    app: str,
    tables: Sequence[Table],
    identify: Identify = _nothing,
    export: Export = _no_sheets,
    files: Files = _no_files,
    erase: Erase = _no_rows,
    hinder: Hinder = _no_hindrance,
) -> PersonalData:
    """Register what an app knows of people; see :class:`PersonalData`.

    Raises:
        TypeError: when the app has registered before.
    """
    if app in registry:
        raise TypeError(f"{app} declares its personal data twice")
    declared = PersonalData(
        app=app, tables=tables, identify=identify, export=export, files=files, erase=erase, hinder=hinder
    )
    registry[app] = declared
    return declared


def find_person(customer_id: int, *, actor: str, now: datetime) -> Person:
    """The person with everything that any app knows them by."""
    known = Identifiers()
    for declared in registry.values():
        known |= declared.identify(customer_id)
    return Person(customer_id=customer_id, known_by=known, actor=actor, now=now)
