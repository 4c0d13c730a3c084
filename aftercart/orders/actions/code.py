"""A 6-digit code by mail for shoppers who know their e-mail address and nothing else."""

from __future__ import annotations

from django.db import transaction

from aftercart.customers.models import Customer, email_key
from aftercart.kernel import clock
from aftercart.kernel.links.codes import make_code
from aftercart.kernel.work.jobs import enqueue
from aftercart.messaging.actions import recipient, send_message
from aftercart.orders.models import Order

CODE_PURPOSE = "orders.lookup"
JOB = "orders.send_lookup_code"


@transaction.atomic
def ask_lookup_code(*, email: str) -> None:
    """Have a code sent to an address, if somebody ordered with it.

    The same work for every address: a code nobody learns is opened, and the worker decides who gets one.
    """
    make_code(CODE_PURPOSE, email, clock.now())
    known = Customer.objects.known().filter(email_key=email_key(email)).values_list("pk", flat=True).first()
    enqueue(JOB, {"customer_id": known or 0})


@transaction.atomic
def send_lookup_code(*, customer_id: int, key: str, actor: str) -> bool:
    """Send a customer a new code, in the language of their last order; whether there was one to send."""
    order = (
        Order.objects.filter(customer_id=customer_id)
        .select_related("customer")
        .order_by("-placed_at")
        .first()
    )
    if order is None or order.customer is None:
        return False
    to = recipient(order.customer.email, order.customer.name)
    if to is None:
        return False
    effect = send_message(
        kind="lookup_code",
        to=to,
        language=order.language,
        context={
            "name": order.customer.name,
            "code": make_code(CODE_PURPOSE, order.customer.email, clock.now()),
        },
        key=f"lookup-code:{key}",
        channel_id=order.channel_id,
        customer_id=customer_id,
        subject=f"customer:{customer_id}",
        actor=actor,
    )
    return effect is not None
