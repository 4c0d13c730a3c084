"""Sending a part of an order: never more than is open, once per key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from aftercart.catalog.actions import commit
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.end_change import close_open_changes
from aftercart.orders.actions.hold import release_locked
from aftercart.orders.actions.lock import lock_order, quantities, stock_reference
from aftercart.orders.events import OrderFulfilled
from aftercart.orders.models import Fulfilment, FulfilmentLine, FulfilmentState, Line, Order, State
from aftercart.orders.rules import Refused, fulfilment_state, held_words, may_fulfil


@transaction.atomic
def fulfil_order(
    *,
    order_id: int,
    key: str,
    actor: str,
    quantities_by_line: Mapping[int, int] | None = None,
    fulfilled_at: datetime | None = None,
    releases_hold: bool = False,
) -> Fulfilment:
    """Record that lines left the house; without ``quantities_by_line`` everything still open did.

    The same ``key`` gives the fulfilment that was recorded first. An order in its change window, or held by
    hand, is not sent unless ``releases_hold``: whoever sends it says so. A change still open is then refused.

    Raises:
        Refused: when the order is held or cancelled, or more is wanted of a line than is open.
    """
    order = lock_order(order_id)
    known = Fulfilment.objects.filter(key=key).first()
    if known:
        if known.order_id != order_id:
            raise Refused("This fulfilment key was used for another order.")
        return known
    lines = list(Line.objects.filter(order=order).exclude(kind=Line.Kind.FEE))
    wanted = _wanted(order, lines, quantities_by_line)
    _let_go(order, releases_hold=releases_hold, actor=actor)
    fulfilled_at = fulfilled_at or clock.now()
    fulfilment = Fulfilment.objects.create(order=order, key=key, fulfilled_at=fulfilled_at, actor=actor)
    _send(fulfilment, lines, wanted)
    _take_from_stock(order, lines, wanted, actor=actor)
    _restate(order, lines)
    event = OrderFulfilled(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        fulfilment_id=fulfilment.pk,
        lines=tuple(sorted(wanted.items())),
        is_full=order.fulfilment_state == FulfilmentState.FULFILLED,
    )
    publish(event, actor=actor, occurred_at=fulfilled_at, dedupe_key=f"order-fulfilled:{fulfilment.pk}")
    return fulfilment


def _wanted(order: Order, lines: list[Line], asked: Mapping[int, int] | None) -> dict[int, int]:
    by_id = {line.pk: line for line in lines}
    wanted = (
        dict(asked)
        if asked is not None
        else {line.pk: line.open_quantity for line in lines if line.open_quantity}
    )
    if not wanted:
        raise Refused("Nothing of this order is still to be sent.")
    for line_id, quantity in wanted.items():
        if line_id not in by_id:
            raise Refused(f"Line {line_id} is not a line of this order that can be sent.")
        may_fulfil(state=order.state, wanted=quantity, line=quantities(by_id[line_id]))
    return wanted


def _let_go(order: Order, *, releases_hold: bool, actor: str) -> None:
    now = clock.now()
    if order.is_held(now) and not releases_hold:
        raise Refused(held_words(order.hold_reason, order.held_until))
    if order.is_held(now):
        release_locked(order, actor=actor)
    close_open_changes(order, actor=actor, code="closed")


def _take_from_stock(order: Order, lines: list[Line], wanted: dict[int, int], *, actor: str) -> None:
    sent: dict[int, int] = {}
    for line in lines:
        if line.variant_id and line.pk in wanted:
            sent[line.variant_id] = sent.get(line.variant_id, 0) + wanted[line.pk]
    commit(wanted=sent, reference=stock_reference(order.pk), actor=actor)


def _send(fulfilment: Fulfilment, lines: list[Line], wanted: dict[int, int]) -> None:
    sent = [line for line in lines if line.pk in wanted]
    for line in sent:
        line.fulfilled_quantity += wanted[line.pk]
    Line.objects.bulk_update(sent, ["fulfilled_quantity"])
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=fulfilment, line=line, quantity=wanted[line.pk]) for line in sent
    )


def _restate(order: Order, lines: list[Line]) -> None:
    order.fulfilment_state = fulfilment_state(quantities(line) for line in lines)
    if order.fulfilment_state == FulfilmentState.FULFILLED and order.state == State.OPEN:
        order.state = State.COMPLETED
    order.updated_at = clock.now()
    order.save(update_fields=["fulfilment_state", "state", "updated_at"])
