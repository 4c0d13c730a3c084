"""Money that went back: never more than came in, once per key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.lock import lock_order
from aftercart.orders.actions.pay_state import restate_payment
from aftercart.orders.events import OrderRefunded
from aftercart.orders.models import Line, Order, Refund
from aftercart.orders.money import OURS, going_back_minor
from aftercart.orders.rules import Refused, may_refund


@transaction.atomic
def refund_order(
    *,
    order_id: int,
    amount_minor: int,
    key: str,
    actor: str,
    reason: str = "",
    quantities_by_line: Mapping[int, int] | None = None,
    refunded_at: datetime | None = None,
) -> Refund:
    """Record a refund, in minor units; ``quantities_by_line`` says for which pieces, when it is for goods.

    Raises:
        Refused: when it exceeds what was paid, names a line's pieces twice, or re-uses a key.
    """
    order = lock_order(order_id)
    known = Refund.objects.filter(key=key).first()
    if known:
        if (known.order_id, known.amount_minor) != (order_id, amount_minor):
            raise Refused("This refund key was used for another refund.")
        return known
    on_way = 0 if key.startswith(OURS) else going_back_minor(order.pk)
    may_refund(amount=amount_minor, paid=order.paid_minor, refunded=order.refunded_minor + on_way)
    wanted = dict(quantities_by_line or {})
    _take_back(order, wanted)
    refunded_at = refunded_at or clock.now()
    refund = Refund.objects.create(
        order=order,
        key=key,
        amount_minor=amount_minor,
        reason=reason,
        lines=sorted(wanted.items()),
        refunded_at=refunded_at,
        actor=actor,
    )
    _restate(order, amount_minor)
    event = OrderRefunded(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        currency=order.currency,
        amount_minor=amount_minor,
        reason=reason,
        is_full=order.refundable_minor == 0,
    )
    publish(event, actor=actor, occurred_at=refunded_at, dedupe_key=f"order-refunded:{refund.pk}")
    return refund


def _take_back(order: Order, wanted: dict[int, int]) -> None:
    lines = list(Line.objects.filter(order=order, pk__in=wanted))
    if len(lines) != len(wanted):
        raise Refused("A refunded line is not a line of this order.")
    for line in lines:
        if not 1 <= wanted[line.pk] <= line.quantity - line.refunded_quantity:
            left = line.quantity - line.refunded_quantity
            raise Refused(f"{left} of “{line.title}” can still be refunded, not {wanted[line.pk]}.")
        line.refunded_quantity += wanted[line.pk]
    Line.objects.bulk_update(lines, ["refunded_quantity"])


def _restate(order: Order, amount_minor: int) -> None:
    order.refunded_minor += amount_minor
    restate_payment(order)
    order.updated_at = clock.now()
    order.save(update_fields=["refunded_minor", "payment_state", "updated_at"])
