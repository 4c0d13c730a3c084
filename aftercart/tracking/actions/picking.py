"""Taking orders from the queue, so that two packers never pick the same one, and letting go of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused, held_words
from aftercart.tracking.bench.queue import in_stock
from aftercart.tracking.bench.rules import MOST_IN_RUN, RUN_LASTS, may_send
from aftercart.tracking.events import PickEnded, PickStarted
from aftercart.tracking.models import Pick, PickRun


@dataclass(frozen=True, kw_only=True)
class Started:
    """A run, and what could not be taken: the order's number and why."""

    run: PickRun
    left: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def start_run(*, order_ids: Iterable[int], member_id: int, key: str, actor: str) -> Started:
    """Take orders to pick; what somebody else picks or what cannot be sent is left, and told.

    The same ``key`` gives the run that was started first.

    Raises:
        Refused: when nothing is chosen, too much, or nothing of it can be taken.
    """
    wanted = set(order_ids)
    if not wanted:
        raise Refused("Choose at least one order.")
    if len(wanted) > MOST_IN_RUN:
        raise Refused(f"At most {MOST_IN_RUN} orders fit into one run.")
    orders = list(Order.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    known = PickRun.objects.filter(key=key).first()
    if known:
        return Started(run=known)
    now = clock.now()
    _let_expire(wanted, now)
    left = _why_not(orders, now)
    taken = [order for order in orders if order.pk not in left]
    if not taken:
        raise Refused(
            " ".join(f"{order.number}: {left[order.pk]}" for order in orders) or "These orders are gone."
        )
    run = PickRun.objects.create(member_id=member_id, key=key, started_at=now, ends_at=now + RUN_LASTS)
    Pick.objects.bulk_create(Pick(run=run, order=order) for order in taken)
    for order in taken:
        publish(PickStarted(**_facts(order), run_id=run.pk), actor=actor)
    return Started(
        run=run, left=tuple((order.number, left[order.pk]) for order in orders if order.pk in left)
    )


@transaction.atomic
def end_run(*, run_id: int, actor: str) -> int:
    """Let go of what is still open in a run; gives how many orders. Once more does nothing."""
    picks = Pick.objects.filter(run_id=run_id, ended_at__isnull=True)
    ids = list(picks.values_list("order_id", flat=True))
    orders = {
        order.pk: order for order in Order.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    mine = list(picks.filter(order_id__in=orders))
    for pick in mine:
        _end(pick, Pick.How.RELEASED)
        publish(PickEnded(**_facts(orders[pick.order_id]), run_id=run_id, how=pick.how), actor=actor)
    return len(mine)


def end_packed(order: Order, *, member_id: int, actor: str) -> None:
    """End the pick of an order whose row the caller has locked, when it is this member's.

    Raises:
        Refused: when somebody else picks it.
    """
    now = clock.now()
    _let_expire({order.pk}, now)
    pick = Pick.objects.filter(order=order, ended_at__isnull=True).select_related("run__member__user").first()
    if pick is None:
        return
    if pick.run.member_id != member_id:
        raise Refused(f"{_name(pick)} is packing this order.")
    _end(pick, Pick.How.PACKED)
    publish(PickEnded(**_facts(order), run_id=pick.run_id, how=pick.how), actor=actor)


def _why_not(orders: list[Order], now: datetime) -> dict[int, str]:
    picks = Pick.objects.open(now).filter(order__in=orders).select_related("run__member__user")
    picked = {pick.order_id: f"{_name(pick)} is packing this order." for pick in picks}
    there = in_stock(order.pk for order in orders)
    reasons = {}
    for order in orders:
        try:
            may_send(
                state=order.state,
                payment_state=order.payment_state,
                payment_method=order.payment_method,
                asked_minor=order.asked_minor,
            )
            if order.is_held(now):
                raise Refused(held_words(order.hold_reason, order.held_until))
            if order.pk not in there:
                raise Refused("Not everything is in stock.")
        except Refused as refused:
            reasons[order.pk] = str(refused)
    return {**picked, **reasons}


def _let_expire(order_ids: set[int], now: datetime) -> None:
    """Runs end by the clock; their picks are closed when somebody wants the orders, so that one can be open."""
    gone = Pick.objects.filter(order_id__in=order_ids, ended_at__isnull=True, run__ends_at__lte=now)
    Pick.objects.filter(pk__in=list(gone.values_list("pk", flat=True))).update(
        ended_at=now, how=Pick.How.EXPIRED
    )


def _end(pick: Pick, how: str) -> None:
    pick.ended_at, pick.how = clock.now(), how
    pick.save(update_fields=["ended_at", "how"])


def _name(pick: Pick) -> str:
    return str(pick.run.member.user) if pick.run.member else "Somebody who left the team"


def _facts(order: Order) -> dict[str, Any]:
    return {"order_id": order.pk, "customer_id": order.customer_id, "channel_id": order.channel_id}
