"""Doing a change: the order's rows, its stock and its money in one transaction; what was paid late goes back."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from aftercart.catalog.actions import release
from aftercart.customers.actions import count_order
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.cancel import cancel_order
from aftercart.orders.actions.differences import send_back
from aftercart.orders.actions.end_change import end, lock_change, settle
from aftercart.orders.actions.lock import order_facts, stock_reference
from aftercart.orders.actions.open_change import await_payment
from aftercart.orders.actions.store_basket import store_basket
from aftercart.orders.changes.basket import Basket
from aftercart.orders.changes.planning import Plan, basket_of
from aftercart.orders.changes.refusals import Cannot
from aftercart.orders.changes.rules import money
from aftercart.orders.events import OrderChanged
from aftercart.orders.models import Change, ChangeState, Kind, Order
from aftercart.orders.money import left_to_refund

FIELDS = {Kind.ADDRESS: ("ship_to",), Kind.CANCEL: ("state",)}


@transaction.atomic
def approve_change(*, change_id: int, actor: str) -> Change:
    """Say yes: the change is done, or waits for its payment.

    Raises:
        Cannot: when it was withdrawn or decided in the meantime, its time is over, or the order changed since.
    """
    order, change = lock_change(change_id)
    now = clock.now()
    if change.state != ChangeState.WAITING:
        raise Cannot("ended")
    if change.expires_at and change.expires_at <= now:
        raise Cannot("expired")
    plan = stored_plan(order, change)
    if plan is None:
        raise Cannot("seen")
    if plan.money.charge:
        await_payment(order, change, plan, actor=actor)
    else:
        apply_change(order, change, plan, actor=actor)
    return change


def apply_change(order: Order, change: Change, plan: Plan, *, actor: str) -> None:
    """Do a change whose order's row the caller has locked; its pieces are set aside already."""
    settle(order, change, ChangeState.APPLIED, actor=actor)
    if change.kind == Kind.CANCEL:
        reason = str(change.wish.get("reason") or "")[:200]
        cancel_order(order_id=order.pk, reason=reason, actor=change.asked_by)
        order.refresh_from_db()
    else:
        order.settled_minor += plan.returned
        store_basket(order, plan.before, plan.after)
        release(reference=stock_reference(order.pk), wanted=plan.freed, actor=actor)
        if plan.before.state == "cancelled" and order.customer_id:
            count_order(customer_id=order.customer_id, placed_at=order.placed_at)
    _give_back(order, change, plan, actor=actor)
    change.after = basket_of(order).as_json()
    change.given_back_minor = plan.money.give_back
    change.save(update_fields=["after", "given_back_minor"])
    _tell(order, change, actor=actor)


def settle_paid_change(order: Order, *, actor: str) -> None:
    """After money came (order's row locked): do the change it was for, or give back what came too late."""
    change = Change.objects.filter(order=order, state=ChangeState.UNPAID).first()
    if change is None:
        _return_late(order, actor=actor)
        return
    plan = stored_plan(order, change)
    if plan is None:
        change.answer_code = "seen"
        end(order, change, ChangeState.REFUSED, actor="system", by="system")
        _return_late(order, actor=actor)
    elif order.kept_minor - plan.returned >= plan.after.worth_minor:
        apply_change(order, change, plan, actor=actor)


def stored_plan(order: Order, change: Change) -> Plan | None:
    """What was agreed on, with the money as it stands; none when the order is another by now."""
    before, after = Basket.from_json(change.before), Basket.from_json(change.after)
    if basket_of(order).digest != before.digest:
        return None
    undoes = change.undoes
    returned = undoes.given_back_minor if undoes and undoes.kind == Kind.CANCEL else 0
    difference = money(
        before=before,
        after=after,
        kept=order.kept_minor,
        refundable=left_to_refund(order),
        returned=returned,
    )
    return Plan(
        kind=change.kind, before=before, after=after, money=difference, returned=returned, undoes=undoes
    )


def _give_back(order: Order, change: Change, plan: Plan, *, actor: str) -> None:
    amount = plan.money.give_back
    if not amount:
        return
    if change.kind != Kind.CANCEL:
        order.settled_minor += amount
        order.save(update_fields=["settled_minor"])
    send_back(order=order, amount_minor=amount, key=f"change:{change.pk}", actor=actor)


def _return_late(order: Order, *, actor: str) -> None:
    """Money for a change that came to nothing goes back, once."""
    late = Change.objects.filter(
        order=order,
        state__in=[ChangeState.EXPIRED, ChangeState.WITHDRAWN, ChangeState.REFUSED],
        charge_minor__gt=0,
        given_back_minor=0,
    ).order_by("-pk")
    for change in late:
        if order.kept_minor - order.total_minor < change.charge_minor or order.state == "cancelled":
            continue
        change.given_back_minor = change.charge_minor
        change.save(update_fields=["given_back_minor"])
        order.settled_minor += change.charge_minor
        order.save(update_fields=["settled_minor"])
        send_back(
            order=order,
            amount_minor=change.charge_minor,
            key=f"change-late:{change.pk}",
            actor=actor,
        )


def _tell(order: Order, change: Change, *, actor: str) -> None:
    fields: tuple[Any, ...] = FIELDS.get(Kind(change.kind), ("lines",))
    event = OrderChanged(
        **order_facts(order),
        fields=fields,
        change_id=change.pk,
        kind=change.kind,
        currency=order.currency,
        total_before_minor=change.total_before_minor,
        total_after_minor=change.total_after_minor,
        difference_minor=change.difference_minor,
        given_back_minor=change.given_back_minor,
    )
    publish(event, actor=actor, dedupe_key=f"order-changed:{change.pk}")
