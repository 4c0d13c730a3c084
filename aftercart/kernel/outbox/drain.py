"""One turn of the outbox: take due effects, prepare them, send them in small windows, note how it went."""

from __future__ import annotations

import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.outbox.effects import Handler, Intent, Settled, handlers, hooks
from aftercart.kernel.outbox.leases import Claim, Note, answerable, begin, claim, free_abandoned, note
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.rules import Outcome, Released, Retry, Sent, Unclear, judge

log = logging.getLogger(__name__)

BATCH = 200
WINDOW_SECONDS = 60.0
_dice = random.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class _Ready:
    effect: Effect
    item: object


def drain(*, owner: str, should_stop: Callable[[], bool] = lambda: False, limit: int = BATCH) -> int:
    """Take up to ``limit`` due effects and do them; how many were taken or freed.

    ``owner`` names the worker. When asked to stop, it finishes the window in hand and lets go of the rest.
    """
    freed = free_abandoned(now=clock.now())
    awake = [kind for kind, handler in handlers.items() if not handler.rests()]
    held = claim(owner=owner, limit=limit, now=clock.now(), kinds=awake)
    by_kind: dict[str, list[Effect]] = defaultdict(list)
    for effect in held.effects:
        by_kind[effect.kind].append(effect)
    for kind, effects in by_kind.items():
        _do(held, handlers[kind], effects, should_stop)
    return freed + len(held.effects)


def _do(held: Claim, handler: Handler, effects: list[Effect], should_stop: Callable[[], bool]) -> None:
    ready, outcomes = _prepare(handler, effects)
    _settle(held, outcomes)
    for window in _windows(ready, handler.window):
        rest = handler.rests()
        if rest or should_stop():
            _settle(held, [(entry.effect, _release(entry.effect, rest)) for entry in window])
            continue
        may_go = begin(held, [entry.effect.id for entry in window], now=clock.now())
        going = [entry for entry in window if entry.effect.id in may_go]
        _settle(held, _deliver(handler, going))


def _prepare(handler: Handler, effects: list[Effect]) -> tuple[list[_Ready], list[tuple[Effect, Outcome]]]:
    ready: list[_Ready] = []
    outcomes: list[tuple[Effect, Outcome]] = []
    try:
        items = handler.prepare([Intent.of(effect) for effect in effects])
    except Exception as error:  # nothing was sent yet, so every one of them may be tried again
        log.exception("effects could not be prepared")
        items = [Retry(reason=f"{type(error).__name__}: {error}")] * len(effects)
    for effect, item in zip(effects, items, strict=True):
        if isinstance(item, Outcome):
            outcomes.append((effect, item))
        else:
            ready.append(_Ready(effect=effect, item=item))
    return ready, outcomes


def _deliver(handler: Handler, going: list[_Ready]) -> list[tuple[Effect, Outcome]]:
    if not going:
        return []
    outcomes: Sequence[Outcome]
    try:
        outcomes = handler.deliver(
            [entry.item for entry in going], deadline=time.monotonic() + WINDOW_SECONDS
        )
    except Exception as error:  # some may have gone out: nobody knows which
        log.exception("effects failed unexpectedly while being sent")
        outcomes = [Unclear(reason=f"{type(error).__name__}: {error}")] * len(going)
    return [(entry.effect, outcome) for entry, outcome in zip(going, outcomes, strict=True)]


def _release(effect: Effect, rest: timedelta) -> Released:
    return Released(reason=effect.last_error, after=rest)


def _windows(ready: list[_Ready], size: int) -> Iterator[list[_Ready]]:
    for start in range(0, len(ready), size):
        yield ready[start : start + size]


def _settle(held: Claim, outcomes: list[tuple[Effect, Outcome]]) -> None:
    """Note outcomes in one transaction, with what the hooks make of them."""
    if not outcomes:
        return
    now = clock.now()
    with transaction.atomic():
        mine = answerable(held, [effect.id for effect, _ in outcomes])
        if len(mine) < len(outcomes):
            log.warning("%d effects were taken over by another worker", len(outcomes) - len(mine))
        kept = [(effect, outcome) for effect, outcome in outcomes if effect.id in mine]
        notes = [_note(effect, outcome, now) for effect, outcome in kept]
        note(notes, now=now)
        _tell(
            [
                Settled(intent=Intent.of(effect), outcome=outcome, state=entry.verdict.state)
                for (effect, outcome), entry in zip(kept, notes, strict=True)
            ]
        )


def _note(effect: Effect, outcome: Outcome, now: datetime) -> Note:
    verdict = judge(
        outcome,
        purpose=effect.purpose,
        attempts=effect.attempts,
        first_tried_at=effect.first_tried_at or now,
        now=now,
        jitter=_dice.random(),
    )
    if not isinstance(outcome, Sent):
        return Note(effect_id=effect.id, verdict=verdict)
    return Note(
        effect_id=effect.id,
        verdict=verdict,
        provider_message_id=outcome.provider_message_id,
        reply=outcome.reply,
    )


def _tell(settled: list[Settled]) -> None:
    """A hook that fails is logged: it must not make a sent mail look unsent, or it would go out again."""
    for kind in {entry.intent.kind for entry in settled}:
        for hook in hooks.get(kind, ()):
            try:
                with transaction.atomic():
                    hook([entry for entry in settled if entry.intent.kind == kind])
            except Exception:
                log.exception("a hook on settled %s effects failed", kind)
