"""Keeping a change open: the order waits for a colleague or for money, and for that long nothing is sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.differences import ask_for
from aftercart.orders.actions.lock import order_facts
from aftercart.orders.changes.planning import Plan
from aftercart.orders.changes.policies import policy_of
from aftercart.orders.events import ChangeAwaitsPayment, ChangeRequested
from aftercart.orders.models import Change, ChangeState, Order


def await_decision(order: Order, change: Change, *, actor: str) -> None:
    """Wait for a colleague, at most as long as the policy says."""
    hours = policy_of(order.channel_id).decide_hours
    _wait(order, change, ChangeState.WAITING, until=clock.now() + timedelta(hours=hours))
    event = ChangeRequested(**order_facts(order), change_id=change.pk, kind=change.kind)
    publish(event, actor=actor, dedupe_key=f"change-requested:{change.pk}")


def await_payment(order: Order, change: Change, plan: Plan, *, actor: str) -> None:
    """Wait for the difference; the order's total is raised only when it came."""
    charge = plan.money.charge
    until = clock.now() + timedelta(minutes=policy_of(order.channel_id).pay_minutes)
    change.charge_minor = charge
    order.asked_minor = charge + order.kept_minor - order.total_minor
    _wait(order, change, ChangeState.UNPAID, until=until)
    ask_for(order=order, amount_minor=charge, key=f"change:{change.pk}", actor=actor)
    event = ChangeAwaitsPayment(
        **order_facts(order),
        change_id=change.pk,
        kind=change.kind,
        currency=order.currency,
        amount_minor=charge,
        pay_by=until,
    )
    publish(event, actor=actor, dedupe_key=f"change-unpaid:{change.pk}")


def _wait(order: Order, change: Change, state: str, *, until: datetime) -> None:
    change.state, change.expires_at = state, until
    change.save()
    order.held_until = max(order.held_until or until, until)
    order.updated_at = clock.now()
    order.save(update_fields=["asked_minor", "held_until", "updated_at"])
