"""Confirming an order by mail: once, however often it is asked for."""

from __future__ import annotations

from django.db import transaction

from aftercart.messaging.actions import recipient, send_message
from aftercart.orders.confirmation import confirmation_context
from aftercart.orders.models import Order
from aftercart.orders.rules import may_confirm


@transaction.atomic
def confirm_order(*, order_id: int, actor: str) -> bool:
    """Send the confirmation to the order's own address; whether this call did.

    Not for an order that is cancelled or whose payment was declined, nor where there is no address.
    """
    return _send(order_id, key=f"order-confirmed:{order_id}", actor=actor)


@transaction.atomic
def resend_confirmation(*, order_id: int, key: str, actor: str) -> bool:
    """Send the confirmation once more, because somebody asked; the same ``key`` (at most 40 characters) is once.

    Not where :func:`confirm_order` would not send it either.
    """
    return _send(order_id, key=f"order-confirmed:{order_id}:again:{key[:40]}", actor=actor)


def _send(order_id: int, *, key: str, actor: str) -> bool:
    order = Order.objects.select_related("channel", "customer").get(pk=order_id)
    if not may_confirm(state=order.state, payment_state=order.payment_state):
        return False
    context = confirmation_context(order)
    to = recipient(order.email, context["name"])
    if to is None:
        return False
    effect = send_message(
        kind="order_confirmed",
        to=to,
        language=order.language,
        context=context,
        key=key,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        subject=f"order:{order.pk}",
        actor=actor,
    )
    return effect is not None
