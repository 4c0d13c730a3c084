"""Addresses of pages about paying, each in the state that is to be looked at."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from aftercart.kernel import clock
from aftercart.orders.actions import pay_order
from aftercart.orders.models import Order
from aftercart.orders.permissions import pay_page_path
from aftercart.orders.testing import make_order
from aftercart.payments.models import Account
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.cards import BY_NUMBER
from aftercart.payments.testing import ASKS, DECLINES, make_account


def pay_page(kind: str) -> str:
    """The pay page: ``declined`` once and to be tried again, ``transfer`` awaited, or ``paid``."""
    order = make_order(number=f"PAY-{kind}-{clock.now().timestamp()}", is_paid=kind == "paid")
    if kind == "declined":
        books.pay(_start(order, "sandbox"), BY_NUMBER[DECLINES])
    elif kind == "transfer":
        _start(order, "bank_transfer")
    return pay_page_path(order.pk)


def sandbox_page(step: str) -> str:
    """The sandbox's page with the card, or with the bank's question."""
    reference = _start(make_order(number=f"SBX-{step}-{clock.now().timestamp()}", is_paid=False), "sandbox")
    if step == "bank":
        books.pay(reference, BY_NUMBER[ASKS])
    return reverse("payment-sandbox", args=[reference])


def _start(order: Order, provider: str) -> str:
    values: dict[str, Any] = {"channel": order.channel}
    for each in ("sandbox", "bank_transfer"):
        make_account(each, **values)
    offers = Account.objects.offers(order.channel_id)
    offer = next(one for one in offers if one.account.provider == provider)
    charge = pay_order(order_id=order.pk, offer=offer, key=f"page:{order.pk}", actor="test", return_url="/")
    assert charge.reference
    return charge.reference
