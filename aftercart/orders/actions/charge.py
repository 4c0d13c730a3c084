"""Asking the shopper for money: for what an order still needs, or for the difference after a change."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.lock import lock_order
from aftercart.orders.events import OrderPaymentRequested
from aftercart.orders.models import Order
from aftercart.orders.money import about, charges_of, coming_minor
from aftercart.orders.permissions import pay_page_path
from aftercart.orders.rules import Refused
from aftercart.payments.actions import ChargeDraft, cancel_charge, open_charge, place_charge
from aftercart.payments.models import Charge, Offer
from aftercart.payments.rules import Refused as PaymentRefused


@dataclass(frozen=True, kw_only=True)
class PayPage:
    """Where the shopper pays: ``path`` here, ``url`` in a mail."""

    path: str
    amount_minor: int

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{settings.BASE_URL}{self.path}"


@transaction.atomic
def charge_difference(
    *, order_id: int, amount_minor: int, key: str, actor: str, return_url: str = ""
) -> PayPage:
    """Ask for what a change of the order added to its total, minor units; told of once per ``key``.

    Call it in the change's own transaction, after the total has grown: the difference is then part of what is
    due, and ``OrderPaid`` with ``is_full`` says that it came. ``return_url`` is a path of ours to go on to.

    Raises:
        Refused: when that much is not due.
    """
    order = lock_order(order_id)
    if not 1 <= amount_minor <= order.due_minor:
        raise Refused(f"{order.due_minor} (minor units) of this order are due, not {amount_minor}.")
    event = OrderPaymentRequested(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        currency=order.currency,
        amount_minor=amount_minor,
    )
    publish(event, actor=actor, dedupe_key=f"order-payment-requested:{order.pk}:{key}"[:160])
    return PayPage(path=pay_page_path(order.pk, then=return_url), amount_minor=amount_minor)


def pay_order(*, order_id: int, offer: Offer, key: str, actor: str, return_url: str) -> Charge:
    """Start paying what is due by a method of the channel; not inside a transaction.

    One attempt at a time: an earlier one that still waits for the payer is called off. Should both be paid in
    the end, the surplus goes back (``listeners.py``). The same ``key`` is the same attempt.

    Raises:
        Refused: when nothing is due, or money is on its way already.
    """
    charge = _open(order_id, offer, key, actor, return_url)
    return place_charge(charge_id=charge.pk)


@transaction.atomic
def _open(order_id: int, offer: Offer, key: str, actor: str, return_url: str) -> Charge:
    order = lock_order(order_id)
    charges = charges_of(order.pk)
    known = next((charge for charge in charges if charge.key == key), None)
    if known is not None:
        return known
    if order.state == "cancelled" and not order.asked_minor:  # undoing a cancellation is paid first
        raise Refused("This order is cancelled: nothing is to be paid.")
    due = order.due_minor - coming_minor(charges, order)
    if due < 1:
        raise Refused("Nothing is to be paid right now.")
    for charge in charges:
        if charge.is_open and charge.state != "authorised":
            cancel_charge(charge_id=charge.pk, actor=actor, reason="Another way to pay was chosen.")
    try:
        return open_charge(draft=_draft(order, offer, due, key, return_url), actor=actor)
    except PaymentRefused as refused:
        raise Refused(str(refused)) from refused


def _draft(order: Order, offer: Offer, due: int, key: str, return_url: str) -> ChargeDraft:
    return ChargeDraft(
        account=offer.account,
        about=about(order.pk),
        method=offer.method,
        amount_minor=due,
        currency=order.currency,
        key=key,
        return_url=return_url,
        customer_id=order.customer_id,
        description=order.number,
        language=order.language,
        email=order.email,
    )
