"""How a change comes to nothing: withdrawn, refused, too late. What was set aside for it is free again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.catalog.actions import release
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.differences import call_off
from aftercart.orders.actions.lock import lock_order, order_facts, stock_reference
from aftercart.orders.changes.refusals import Cannot
from aftercart.orders.events import ChangeEnded, ChangeRefused
from aftercart.orders.models import Change, ChangeState, Order

MOST_AT_ONCE = 500


@transaction.atomic
def withdraw_change(*, change_id: int, actor: str) -> Change:
    """Take a request back; one that was withdrawn already stays so.

    Raises:
        Cannot: when it was decided or done in the meantime.
    """
    order, change = lock_change(change_id)
    if change.state == ChangeState.WITHDRAWN:
        return change
    if not change.is_open:
        raise Cannot("ended")
    end(order, change, ChangeState.WITHDRAWN, actor=actor)
    return change


@transaction.atomic
def refuse_change(*, change_id: int, reason: str, actor: str) -> Change:
    """Say no, with a reason that the shopper reads.

    Raises:
        Cannot: when it was withdrawn, decided or done in the meantime.
    """
    order, change = lock_change(change_id)
    if not change.is_open:
        raise Cannot("ended")
    change.answer = reason.strip()[:300]
    end(order, change, ChangeState.REFUSED, actor=actor, by="staff")
    return change


@transaction.atomic
def expire_changes(*, now: datetime) -> int:
    """End the changes whose time is over; gives how many. What they hold is free from then on."""
    due = Change.objects.overdue(now).order_by("pk").values_list("order_id", flat=True)[:MOST_AT_ONCE]
    ended = 0
    for order_id in sorted(set(due)):
        ended += expire_locked(lock_order(order_id), now)
    return ended


def expire_locked(order: Order, now: datetime) -> int:
    """End an order's overdue change, its row locked by the caller."""
    ended = 0
    for change in Change.objects.overdue(now).filter(order=order):
        change.answer_code = "expired"
        end(order, change, ChangeState.EXPIRED, actor="system")
        ended += 1
    return ended


def close_open_changes(order: Order, *, actor: str, code: str) -> None:
    """Refuse what is open because the order moved on (``code`` says how); its row is locked by the caller."""
    for change in Change.objects.open().filter(order=order):
        change.answer_code = code
        end(order, change, ChangeState.REFUSED, actor=actor, by="system")


def lock_change(change_id: int) -> tuple[Order, Change]:
    """A change and its order, the order's row locked: everything about a change is decided under it."""
    order_id = Change.objects.values_list("order_id", flat=True).get(pk=change_id)
    order = lock_order(order_id)
    return order, Change.objects.get(pk=change_id)


def end(order: Order, change: Change, state: str, *, actor: str, by: str = "") -> None:
    """Settle an open change as not done."""
    if change.reserved:
        wanted = {int(variant): count for variant, count in change.reserved.items()}
        release(reference=stock_reference(order.pk), wanted=wanted, actor=actor)
    if change.state == ChangeState.UNPAID:
        call_off(order=order, actor=actor)
    settle(order, change, state, actor=actor)
    facts = {**order_facts(order), "change_id": change.pk, "kind": change.kind}
    if state == ChangeState.REFUSED:
        publish(ChangeRefused(**facts, by=by), actor=actor, dedupe_key=f"change-refused:{change.pk}")
    else:
        publish(ChangeEnded(**facts, how=state), actor=actor, dedupe_key=f"change-ended:{change.pk}")


def settle(order: Order, change: Change, state: str, *, actor: str) -> None:
    """Write how a change ended; the order waits for it no longer."""
    now = clock.now()
    change.state, change.ended_by, change.ended_at = state, actor, now
    change.reserved = {}
    change.save()
    order.asked_minor, order.held_until, order.updated_at = 0, order.changeable_until, now
    order.save(update_fields=["asked_minor", "held_until", "updated_at"])
