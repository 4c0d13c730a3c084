"""Declaring how effects are done: ``@effect("email")``. The drain calls the handlers; nothing else does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.rules import Outcome, Refused, Retry, Sent, Unclear

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """An effect as its handler sees it. ``attempt`` is 1 the first time."""

    effect_id: int
    kind: str
    key: str
    purpose: str
    payload: dict[str, Any]
    channel_id: int | None
    customer_id: int | None
    subject: str
    attempt: int
    created_at: datetime

    @classmethod
    def of(cls, effect: Effect) -> Intent:
        """The effect's row as a fact."""
        return cls(
            effect_id=effect.id,
            kind=effect.kind,
            key=effect.key,
            purpose=effect.purpose,
            payload=effect.payload,
            channel_id=effect.channel_id,
            customer_id=effect.customer_id,
            subject=effect.subject,
            attempt=effect.attempts + 1,
            created_at=effect.created_at,
        )


class TemporaryError(Exception):
    """Certainly not done; may succeed later."""


class PermanentError(Exception):
    """Certainly not done, and trying again is of no use."""


class Handler(Protocol):
    """Does effects of one kind, in two steps.

    ``prepare`` has no outside effect and gives one item per intent: something for ``deliver``, or an
    outcome when it is settled already. ``window`` items at most are then marked ``sending`` and given to
    ``deliver``, which answers one outcome each, in order, before ``time.monotonic()`` passes ``deadline``.
    """

    window: int

    def rests(self) -> timedelta:
        """For how long the other side should be left alone; nothing is taken meanwhile. Usually zero."""
        ...

    def prepare(self, intents: Sequence[Intent]) -> Sequence[object]: ...

    def deliver(self, items: Sequence[Any], *, deadline: float) -> Sequence[Outcome]: ...


class OneByOne:
    """The handler made of a function that takes one intent."""

    window = 1

    def __init__(self, function: Callable[[Intent], Sent | None]) -> None:
        self._function = function

    def rests(self) -> timedelta:
        return timedelta(0)

    def prepare(self, intents: Sequence[Intent]) -> Sequence[object]:
        return intents

    def deliver(self, items: Sequence[Intent], *, deadline: float) -> Sequence[Outcome]:
        return [self._try(intent) for intent in items]

    def _try(self, intent: Intent) -> Outcome:
        try:
            return self._function(intent) or Sent()
        except TemporaryError as failure:
            return Retry(reason=str(failure))
        except PermanentError as failure:
            return Refused(reason=str(failure))
        except Exception as error:  # whatever it was, it may have happened after the other side took it
            log.exception("effect %s failed unexpectedly", intent.key)
            return Unclear(reason=f"{type(error).__name__}: {error}")


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How one effect's attempt ended: the outcome, and the state it moved to."""

    intent: Intent
    outcome: Outcome
    state: str


SettledHook = Callable[[Sequence[Settled]], None]

handlers: dict[str, Handler] = {}
hooks: dict[str, list[SettledHook]] = {}


def effect(kind: str) -> Callable[[Callable[[Intent], Sent | None]], Callable[[Intent], Sent | None]]:
    """Register a function that does one effect of the kind.

    It returns ``None`` or :class:`Sent`, or raises :class:`TemporaryError` or :class:`PermanentError`.
    Any other exception counts as unclear: transactional effects are then done again, marketing ones not.
    """

    def decorate(function: Callable[[Intent], Sent | None]) -> Callable[[Intent], Sent | None]:
        register(kind, OneByOne(function))
        return function

    return decorate


def register(kind: str, handler: Handler) -> None:
    """Register a handler that works in windows.

    Raises:
        TypeError: when the kind has one already.
    """
    if kind in handlers:
        raise TypeError(f"two handlers do {kind!r} effects")
    handlers[kind] = handler


def settled(kind: str) -> Callable[[SettledHook], SettledHook]:
    """Register a function that hears how attempts of the kind ended, in the transaction that notes it.

    It gets every attempt, also those that will be tried again. It must not have outside effects.
    """

    def decorate(function: SettledHook) -> SettledHook:
        hooks.setdefault(kind, []).append(function)
        return function

    return decorate
