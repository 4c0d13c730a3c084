"""Confirming an order by mail: once, however often it is asked for."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from aftercart.messaging.actions import recipient, send_message, send_text
from aftercart.orders.confirmation import confirmation_context
from aftercart.orders.models import Order
from aftercart.orders.rules import may_confirm


@transaction.atomic
def confirm_order(*, order_id: int, actor: str) -> bool:
    """Send the confirmation to the order's own address; whether this call did.

    Not for an order that is cancelled or whose payment was declined, nor where there is no address.
    """
    return _send(order_id, key=f"order-confirmed:{order_id}", actor=actor, is_asked=False)


@transaction.atomic
def resend_confirmation(*, order_id: int, key: str, actor: str) -> bool:
    """Send the confirmation once more, because somebody asked; the same ``key`` (at most 40 characters) is once.

    Not where :func:`confirm_order` would not send it either.
    """
    return _send(order_id, key=f"order-confirmed:{order_id}:again:{key[:40]}", actor=actor, is_asked=True)


def _send(order_id: int, *, key: str, actor: str, is_asked: bool) -> bool:
    order = Order.objects.select_related("channel", "customer").get(pk=order_id)
    if not may_confirm(state=order.state, payment_state=order.payment_state):
        return False
    context = confirmation_context(order)
    if not is_asked:
        _send_text(order, context, key=f"{key}:sms", actor=actor)
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
        is_asked=is_asked,
    )
    return effect is not None


def _send_text(order: Order, context: dict[str, Any], *, key: str, actor: str) -> None:
    """The same as a text message, for a shopper who agreed to them."""
    send_text(
        kind="order_confirmed",
        phone=order.phone or str(order.ship_to.get("phone", "")),
        country=order.ship_country or order.channel.country,
        language=order.language,
        context=context,
        key=key,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        subject=f"order:{order.pk}",
        actor=actor,
    )
