"""Asking for a change of an order: done at once, or kept for a colleague or a payment. Once per key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from aftercart.catalog.actions import OutOfStock, reserve
from aftercart.kernel import clock
from aftercart.kernel.rules import decide, read, snapshot
from aftercart.orders.actions.apply_change import apply_change
from aftercart.orders.actions.end_change import expire_locked
from aftercart.orders.actions.lock import lock_order, stock_reference
from aftercart.orders.actions.open_change import await_decision, await_payment
from aftercart.orders.changes.planning import Plan, Wish, basket_of, plan_change
from aftercart.orders.changes.policies import policy_of
from aftercart.orders.changes.refusals import Cannot
from aftercart.orders.changes.rules import Policy, may_ask, outcome
from aftercart.orders.models import Change, ChangeState, Kind, Order


@transaction.atomic
def ask_change(
    *, order_id: int, kind: str, wish: Wish, key: str, actor: str, seen: str = "", note: str = ""
) -> Change:
    """Change an order, as the channel's policy allows. ``kind`` and ``wish``: see ``changes.planning``.

    The answer's state says what became of it: ``applied``, ``waiting`` (for a colleague) or ``unpaid``.
    ``seen`` is the digest of the basket that whoever asks looked at. The same ``key`` is one change.

    Raises:
        Cannot: when it is not possible; as text a sentence in the reader's language.
    """
    order = lock_order(order_id)
    known = Change.objects.filter(key=key).first()
    if known:
        if (known.order_id, known.kind, known.wish) != (order_id, kind, dict(wish)):
            raise Cannot("key")
        return known
    now = clock.now()
    expire_locked(order, now)
    policy = policy_of(order.channel_id)
    is_staff = not actor.startswith("shopper")
    plan = _checked(order, kind, wish, policy, seen, is_staff=is_staff, now=now)
    change = Change.objects.create(
        order=order,
        key=key,
        kind=kind,
        state=ChangeState.WAITING,
        wish=dict(wish),
        before=plan.before.as_json(),
        after=plan.after.as_json(),
        total_before_minor=plan.before.worth_minor,
        total_after_minor=plan.after.worth_minor,
        is_abroad=plan.is_abroad,
        undoes=plan.undoes,
        note=note.strip()[:300],
        policy_revision=policy.revision,
        asked_by=actor,
        asked_at=now,
    )
    change.decision = _decision(change, plan, policy, now)
    _set_aside(order, change, plan, actor)
    _carry_on(order, change, plan, policy.mode(kind), is_staff=is_staff, actor=actor)
    return change


@transaction.atomic
def undo_change(*, change_id: int, key: str, actor: str) -> Change:
    """Undo a change that was done: the order is to the cent what it was. Itself a change, with all its rules.

    Raises:
        Cannot: when something happened to the order since, or the window is over.
    """
    order_id = Change.objects.values_list("order_id", flat=True).get(pk=change_id)
    return ask_change(order_id=order_id, kind=Kind.UNDO, wish={"change": change_id}, key=key, actor=actor)


def _checked(
    order: Order, kind: str, wish: Wish, policy: Policy, seen: str, *, is_staff: bool, now: datetime
) -> Plan:
    if Change.objects.open().filter(order=order).exists():
        raise Cannot("waiting")
    basket = basket_of(order)
    problem = may_ask(
        kind=kind,
        basket=basket,
        changeable_until=order.changeable_until,
        is_staff=is_staff,
        mode=policy.mode(kind),
        now=now,
    )
    if problem:
        raise Cannot(problem)
    if seen and seen != basket.digest:
        raise Cannot("seen")
    return plan_change(order=order, kind=kind, wish=wish, policy=policy)


def _decision(change: Change, plan: Plan, policy: Policy, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {"mode": policy.mode(change.kind), "doubts": list(plan.doubts), "holds": False}
    if policy.approval_rule:
        ready = read(policy.approval_rule, "change")
        seen = snapshot(change, ready, "change", now=now)
        name = f"order-changes:{change.order.channel_id}"
        found |= decide(ready, seen, now=now, name=name, revision=policy.revision).as_json()
    return found


def _set_aside(order: Order, change: Change, plan: Plan, actor: str) -> None:
    try:
        taken = reserve(wanted=plan.wanted, reference=stock_reference(order.pk), actor=actor)
    except OutOfStock as short:
        raise Cannot("stock") from short
    change.reserved = {str(variant): count for variant, count in taken.items()}


def _carry_on(order: Order, change: Change, plan: Plan, mode: str, *, is_staff: bool, actor: str) -> None:
    what = outcome(
        mode=mode,
        is_staff=is_staff,
        rule_holds=change.decision["holds"],
        doubts=plan.doubts,
        charge_minor=plan.money.charge,
    )
    if what == "waiting":
        await_decision(order, change, actor=actor)
    elif what == "unpaid":
        await_payment(order, change, plan, actor=actor)
    else:
        apply_change(order, change, plan, actor=actor)
