"""What a person may do with an effect: try it again, or call it off."""

from __future__ import annotations

import logging

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.outbox.models import Effect

log = logging.getLogger(__name__)

RETRIABLE = (Effect.State.FAILED, Effect.State.DEAD, Effect.State.UNCLEAR, Effect.State.CANCELLED)
CANCELLABLE = (Effect.State.PENDING, Effect.State.LEASED, Effect.State.FAILED, Effect.State.UNCLEAR)


class StateError(Exception):
    """The effect's state does not allow it. The message says which state."""


@transaction.atomic
def retry(*, effect_id: int, actor: str) -> Effect:
    """Make an effect due now, with its patience renewed; on a person's word even when possibly sent.

    Raises:
        StateError: when it was sent, is being sent, waits anyway, or its content was erased.
        Effect.DoesNotExist: when there is none.
    """
    effect = _locked(effect_id, RETRIABLE, "tried again")
    if not effect.payload:
        raise StateError(f"effect {effect_id} has no content any more: it was erased with its customer")
    effect.state = Effect.State.PENDING
    effect.next_try_at = clock.now()
    effect.first_tried_at = None
    effect.lease_owner = ""
    effect.save(update_fields=["state", "next_try_at", "first_tried_at", "lease_owner"])
    log.info("%s retries effect %s", actor, effect.key)
    return effect


@transaction.atomic
def cancel(*, effect_id: int, actor: str, reason: str = "") -> Effect:
    """Call an effect off before it is sent; its key stays taken.

    Raises:
        StateError: when it was sent or is being sent.
        Effect.DoesNotExist: when there is none.
    """
    effect = _locked(effect_id, CANCELLABLE, "cancelled")
    effect.state = Effect.State.CANCELLED
    effect.last_error = f"cancelled by {actor}" + (f": {reason}" if reason else "")
    effect.lease_owner, effect.lease_until = "", None
    effect.save(update_fields=["state", "last_error", "lease_owner", "lease_until"])
    log.info("%s cancels effect %s", actor, effect.key)
    return effect


def retry_all(*, kind: str = "", states: tuple[str, ...] = (Effect.State.DEAD,), actor: str) -> int:
    """Make every effect in these states due now; how many that were."""
    allowed = [state for state in states if state in RETRIABLE]
    chosen = Effect.objects.filter(state__in=allowed).exclude(payload={})
    if kind:
        chosen = chosen.filter(kind=kind)
    count = chosen.update(
        state=Effect.State.PENDING, next_try_at=clock.now(), first_tried_at=None, lease_owner=""
    )
    log.info("%s retries %d effects", actor, count)
    return count


def _locked(effect_id: int, allowed: tuple[str, ...], verb: str) -> Effect:
    effect = Effect.objects.select_for_update().get(id=effect_id)
    if effect.state not in allowed:
        raise StateError(f"effect {effect_id} is {effect.get_state_display().lower()}: it cannot be {verb}")
    return effect
