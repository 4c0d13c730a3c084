"""The demo's ways to pay, and newest orders paid or declined through the sandbox, so that money can be given back."""

from __future__ import annotations

from django.db import transaction

from aftercart.orders.models import Order, Payment
from aftercart.payments.actions import save_account
from aftercart.payments.models import Account, Charge, SandboxIntent
from aftercart.stores.models import Channel

NEWEST = 200
ACTOR = "system"


@transaction.atomic
def take_payments(channels: dict[str, Channel]) -> None:
    """Set up the accounts of every channel and write the newest orders' charges, on both sides' books."""
    accounts = {channel.pk: _accounts(channel) for channel in channels.values()}
    rows = Order.objects.filter(channel_id__in=accounts, payment_method="card", refunded_minor=0)
    rows = rows.exclude(payment_state__in=["pending", "partly_paid"]).order_by("-placed_at")
    orders = [order for order in rows[:NEWEST] if order.state != "cancelled"]
    charges = Charge.objects.bulk_create(_charge(order, accounts[order.channel_id]) for order in orders)
    SandboxIntent.objects.bulk_create(_intent(charge) for charge in charges)
    by_order = {charge.about: charge for charge in charges}
    payments = list(Payment.objects.filter(order__in=orders))
    for payment in payments:
        charge = by_order[f"order:{payment.order_id}"]
        payment.key = f"payments:{charge.pk}:{charge.captured_minor}"
        payment.reference = charge.reference or ""
    Payment.objects.bulk_update(payments, ["key", "reference"])


def _accounts(channel: Channel) -> Account:
    save_account(
        channel_id=channel.pk,
        provider="bank_transfer",
        actor=ACTOR,
        methods=["bank_transfer"],
        settings={"holder": "Mira & Holm GmbH", "iban": "DE02 1203 0000 0000 2020 51", "bic": "BYLADEM1001"},
    )
    return save_account(
        channel_id=channel.pk, provider="sandbox", actor=ACTOR, methods=["card"], is_test=True
    )


def _charge(order: Order, account: Account) -> Charge:
    paid = order.paid_minor
    return Charge(
        account=account,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        about=f"order:{order.pk}",
        provider="sandbox",
        method="card",
        currency=order.currency,
        amount_minor=paid or order.total_minor,
        captured_minor=paid,
        state="captured" if paid else "failed",
        code="" if paid else "insufficient_funds",
        reason="" if paid else "The card has not enough money.",
        key=f"demo:{order.pk}",
        reference=f"sbx_demo_{order.pk}",
        details={"description": order.number},
        actor=ACTOR,
        created_at=order.placed_at,
        told_at=order.placed_at,
        captured_at=order.placed_at if paid else None,
        check_at=order.placed_at,
    )


def _intent(charge: Charge) -> SandboxIntent:
    return SandboxIntent(
        account=charge.account,
        reference=charge.reference or "",
        key=charge.key,
        digest="",
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        state=charge.state,
        card="4242424242424242" if charge.captured_minor else "4000000000009995",
        code=charge.code,
        captured_minor=charge.captured_minor,
        changed_at=charge.created_at,
    )
