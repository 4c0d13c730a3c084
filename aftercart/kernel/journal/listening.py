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
    """An event as it stands in the journal.

    ``customer_id``, ``channel_id`` and ``anonymous_id`` are the entry's columns, None or empty when the
    event has none.
    """

    entry_id: int
    event: E
    actor: str
    occurred_at: datetime
    is_history: bool
    customer_id: int | None = None
    channel_id: int | None = None
    anonymous_id: str = ""
    source: str = "app"


Handler = Callable[[Sequence[Recorded[Event]]], None]


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A reaction with its own progress. ``name`` is its key in the database: never rename it.

    An empty name among ``event_names`` (``@on(Event)``) means every event.
    """

    name: str
    event_names: frozenset[str]
    handle: Handler
    batch: int
    hears_history: bool
    from_start: bool = False

    @property
    def hears_everything(self) -> bool:
        """Whether it listens to every event there is."""
        return "" in self.event_names


registry: dict[str, Listener] = {}


def on(
    *events: type[Event], name: str = "", hears_history: bool = False, from_start: bool = False
) -> Callable[[Callable[[Recorded[E]], None]], Callable[[Recorded[E]], None]]:
    """Register a function that takes one recorded event at a time.

    It runs in a transaction together with the listener's progress, at least once: it must be
    idempotent. ``hears_history=True`` also gives it what imports tell of the past. A listener new to
    an existing database starts with what happens next; with ``from_start=True`` (projections) it is
    first told everything, history included.
    """

    def register(function: Callable[[Recorded[E]], None]) -> Callable[[Recorded[E]], None]:
        def handle(batch: Sequence[Recorded[Event]]) -> None:
            for recorded in batch:
                function(recorded)  # type: ignore[arg-type]

        _register(
            Listener(
                name=name or _name(function),
                event_names=_names(events),
                handle=handle,
                batch=1000,
                hears_history=hears_history or from_start,
                from_start=from_start,
            )
        )
        return function

    return register


def on_batch(
    *events: type[Event],
    name: str = "",
    batch: int = 1000,
    hears_history: bool = False,
    from_start: bool = False,
) -> Callable[[Callable[[Sequence[Recorded[E]]], None]], Callable[[Sequence[Recorded[E]]], None]]:
    """Register a function that takes up to ``batch`` events at once, in journal order; see :func:`on`."""

    def register(
        function: Callable[[Sequence[Recorded[E]]], None],
    ) -> Callable[[Sequence[Recorded[E]]], None]:
        def handle(recorded: Sequence[Recorded[Event]]) -> None:
            function(recorded)  # type: ignore[arg-type]

        _register(
            Listener(
                name=name or _name(function),
                event_names=_names(events),
                handle=handle,
                batch=batch,
                hears_history=hears_history or from_start,
                from_start=from_start,
            )
        )
        return function

    return register


def _name(function: Callable[..., None]) -> str:
    app = function.__module__.removeprefix("aftercart.").removesuffix(".listeners")
    return f"{app}.{function.__name__}"


def _names(events: tuple[type[Event], ...]) -> frozenset[str]:
    if not events:
        raise TypeError("a listener needs at least one event")
    return frozenset(event.name for event in events)


def _register(listener: Listener) -> None:
    if listener.name in registry:
        raise TypeError(f"two listeners are named {listener.name}")
    registry[listener.name] = listener
