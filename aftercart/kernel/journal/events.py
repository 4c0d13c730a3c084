"""Typed events: frozen facts with ids, no models, each registered under its own name."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

registry: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses made by :func:`event`.

    Fields named ``customer_id`` and ``channel_id`` are lifted into columns of the journal;
    ``subject`` names the thing it happened to, as ``"order:17"``. ``label``, ``icon`` and ``tone`` (``success``,
    ``warn``, ``danger``, ``accent`` or none) say how a timeline shows it.
    """

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    icon: ClassVar[str] = "activity"
    tone: ClassVar[str] = ""

    @property
    def subject(self) -> str:
        """The thing this happened to, ``"kind:id"``; empty when there is none."""
        return ""

    def detail(self) -> str:
        """What a timeline adds to the label, for staff: an amount, a place, a reason."""
        return ""

    def facts(self) -> dict[str, Any]:
        """The event's own fields as JSON values."""
        return {f.name: _to_json(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        """The event again, from what :meth:`facts` gave; unknown keys of newer versions are left out."""
        readers = _readers[cls]
        return cls(**{key: readers[key](value) for key, value in facts.items() if key in readers})


E = TypeVar("E", bound=Event)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(cls: type[E]) -> type[E]:
    """Make a frozen dataclass of the class and register it under its name."""
    made = dataclass(frozen=True, kw_only=True)(cls)
    made.name = cls.__name__
    made.label = made.label or _words(cls.__name__)
    if made.name in registry and registry[made.name].__module__ != made.__module__:
        raise TypeError(f"two events are named {made.name}")
    registry[made.name] = made
    return made


def _words(name: str) -> str:
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.strip().capitalize()


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_to_json(item) for item in value]
    return value


class _Readers(dict[type[Event], dict[str, Callable[[Any], Any]]]):
    """How to read each field of an event from JSON; looking types up anew for every entry is slow."""

    def __missing__(self, cls: type[Event]) -> dict[str, Callable[[Any], Any]]:
        hints = typing.get_type_hints(cls)
        self[cls] = {f.name: _reader(hints[f.name]) for f in dataclasses.fields(cls)}
        return self[cls]


_readers = _Readers()


def _reader(hint: Any) -> Callable[[Any], Any]:
    kinds = set(typing.get_args(hint)) or {hint}
    if datetime in kinds:
        return _unless_none(datetime.fromisoformat)
    if date in kinds:
        return _unless_none(date.fromisoformat)
    if typing.get_origin(hint) is tuple or any(typing.get_origin(kind) is tuple for kind in kinds):
        return _unless_none(_to_tuple)
    return _as_is


def _unless_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _to_tuple(value: list[Any]) -> tuple[Any, ...]:
    return tuple(_to_tuple(item) if isinstance(item, list) else item for item in value)


def _as_is(value: Any) -> Any:
    return value
