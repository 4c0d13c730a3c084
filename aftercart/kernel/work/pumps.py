"""Pumps: the kinds of background work a worker process turns, each on its own thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PumpContext:
    """What a pump may ask of the worker that turns it.

    ``worker`` is the worker's id, a good owner for leases. ``should_stop()`` is true once the worker
    was asked to stop: finish the unit in hand and return. ``say("sending 12 mails")`` shows on the
    worker's heartbeat row what is being done; ``say("")`` means nothing.
    """

    worker: str
    should_stop: Callable[[], bool]
    say: Callable[[str], None]


Pump = Callable[[PumpContext], int]

registry: dict[str, Pump] = {}
_waits: list[Callable[[], bool]] = []
_ends: dict[str, Callable[[], None]] = {}


def pump(
    name: str, *, waits: Callable[[], bool] | None = None, ends: Callable[[], None] | None = None
) -> Callable[[Pump], Pump]:
    """Register a function that does a bounded piece of work and returns how many units it did.

    The worker calls it again at once while it returns more than 0, and rests (at most half a second)
    when it returns 0. It must be safe in many threads and processes at the same time, must not open a
    transaction when there is nothing to do (SQLite has one writer), and should return within seconds.
    An exception is logged and answered with a growing pause; it stops no other pump.

    ``waits()`` may tell of work that exists but cannot be done this moment because of somebody else's
    open transaction; ``aftercart work --until-idle`` waits for it. ``ends()`` is called once in a thread
    that turns this pump no more: close there what the thread keeps open. Put the function in the app's
    ``pumps.py``, which is imported at start.

    Raises:
        TypeError: when another pump has the name.
    """

    def register(function: Pump) -> Pump:
        if name in registry:
            raise TypeError(f"two pumps are named {name}")
        registry[name] = function
        if waits is not None:
            _waits.append(waits)
        if ends is not None:
            _ends[name] = ends
        return function

    return register


def anything_waits() -> bool:
    """Whether some pump has work that it could not do just now."""
    return any(waits() for waits in _waits)


def end(name: str) -> None:
    """Close what this thread keeps open for a pump that it turns no more."""
    if name in _ends:
        _ends[name]()
