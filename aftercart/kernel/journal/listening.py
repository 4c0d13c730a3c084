"""Declaring listeners: ``@on(OrderPlaced)``. The dispatcher runs them after commit, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from aftercart.kernel.journal.events import Event

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, kw_only=True)
class Recorded(Generic[E]):
    """An event as it stands in the journal."""

    entry_id: int
    event: E
    actor: str
    occurred_at: datetime
    is_history: bool


Handler = Callable[[Sequence[Recorded[Event]]], None]


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A reaction with its own progress. ``name`` is its key in the database: never rename it."""

    name: str
    event_names: frozenset[str]
    handle: Handler
    batch: int
    hears_history: bool


registry: dict[str, Listener] = {}


def on(
    *events: type[Event], name: str = "", hears_history: bool = False
) -> Callable[[Callable[[Recorded[E]], None]], Callable[[Recorded[E]], None]]:
    """Register a function that takes one recorded event at a time.

    It runs in a transaction together with the listener's progress, at least once: it must be
    idempotent. ``hears_history=True`` also gives it what imports tell of the past.
    """

    def register(function: Callable[[Recorded[E]], None]) -> Callable[[Recorded[E]], None]:
        def handle(batch: Sequence[Recorded[Event]]) -> None:
            for recorded in batch:
                function(recorded)  # type: ignore[arg-type]

        _register(name or _name(function), events, handle, batch=200, hears_history=hears_history)
        return function

    return register


def on_batch(
    *events: type[Event], name: str = "", batch: int = 1000, hears_history: bool = False
) -> Callable[[Callable[[Sequence[Recorded[E]]], None]], Callable[[Sequence[Recorded[E]]], None]]:
    """Register a function that takes up to ``batch`` recorded events at once, oldest first; see :func:`on`."""

    def register(
        function: Callable[[Sequence[Recorded[E]]], None],
    ) -> Callable[[Sequence[Recorded[E]]], None]:
        def handle(recorded: Sequence[Recorded[Event]]) -> None:
            function(recorded)  # type: ignore[arg-type]

        _register(name or _name(function), events, handle, batch=batch, hears_history=hears_history)
        return function

    return register


def _name(function: Callable[..., None]) -> str:
    app = function.__module__.removeprefix("aftercart.").removesuffix(".listeners")
    return f"{app}.{function.__name__}"


def _register(
    name: str, events: tuple[type[Event], ...], handle: Handler, *, batch: int, hears_history: bool
) -> None:
    if name in registry:
        raise TypeError(f"two listeners are named {name}")
    registry[name] = Listener(
        name=name,
        event_names=frozenset(event.name for event in events),
        handle=handle,
        batch=batch,
        hears_history=hears_history,
    )
