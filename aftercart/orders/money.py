"""Where an order's money came from and where it would go back to: questions, no writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from aftercart.orders.models import Order, Payment, Refund
from aftercart.payments.models import Charge
from aftercart.payments.models import Refund as ProviderRefund
from aftercart.payments.rules import Left, spread

OURS = "payments:"
"""How keys of payments and refunds begin that came through a provider."""

UNDER_WAY = ("pending", "authorised")
BY_HAND = ("bank_transfer", "cash_on_delivery")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of money that goes back. ``via`` is the provider, empty for what was paid elsewhere: a record only."""

    amount_minor: int
    via: str
    state: str
    charge_id: int | None = None
    refund_id: int | None = None
    method: str = ""


def about(order_id: int) -> str:
    """How payments name an order."""
    return f"order:{order_id}"


def charges_of(order_id: int) -> list[Charge]:
    """The order's charges, newest first."""
    return list(Charge.objects.paying(about(order_id)))


def came_through_us(order: Order) -> bool:
    """Whether any of the order's money came through a provider; no query where its payments are loaded."""
    return any(payment.key.startswith(OURS) for payment in order.payments.all())


def going_back_minor(order_id: int) -> int:
    """What providers are giving back right now, or have given back and the order has not yet heard of."""
    charges = Charge.objects.filter(about=about(order_id)).aggregate(
        on_way=Sum("refunding_minor"), gone=Sum("refunded_minor")
    )
    if charges["on_way"] is None:
        return 0  # no charges at all
    recorded = Refund.objects.filter(order_id=order_id, key__startswith=OURS).aggregate(
        sum=Sum("amount_minor")
    )
    return (charges["on_way"] or 0) + (charges["gone"] or 0) - (recorded["sum"] or 0)


def coming_minor(charges: Sequence[Charge], order: Order) -> int:
    """What payers have done their part for, and what came that the order has not yet heard of."""
    on_way = sum(c.amount_minor for c in charges if c.state in UNDER_WAY and c.provider not in BY_HAND)
    came = sum(charge.captured_minor for charge in charges)
    recorded = Payment.objects.filter(order=order, key__startswith=OURS).aggregate(sum=Sum("amount_minor"))
    return on_way + came - (recorded["sum"] or 0)


def left_to_refund(order: Order) -> int:
    """What may still be given back, refunds on their way counted as gone."""
    return order.refundable_minor - going_back_minor(order.pk)


def split_of(order: Order, amount_minor: int) -> list[Part]:
    """What would go where: over the charges, the newest first, the rest onto what was paid elsewhere."""
    charges = {charge.pk: charge for charge in charges_of(order.pk)}
    carried = spread(
        amount_minor, [Left(charge_id=pk, minor=charge.refundable_minor) for pk, charge in charges.items()]
    )
    parts = [
        Part(
            amount_minor=left.minor,
            via=charges[left.charge_id].provider,
            state="pending",
            charge_id=left.charge_id,
            method=charges[left.charge_id].method,
        )
        for left in carried
    ]
    rest = amount_minor - sum(part.amount_minor for part in parts)
    if rest:
        parts.append(Part(amount_minor=rest, via="", state="recorded"))
    return parts


def refunds_in_group(group: str) -> list[ProviderRefund]:
    """The refunds of one wish to give back."""
    return list(ProviderRefund.objects.filter(group=group).select_related("charge").order_by("id"))
