"""An order's charges on the desk: how each stands, what a colleague settles by hand, where a refund would go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from aftercart.kernel.money import MoneyError, format_minor, from_minor, parse_minor
from aftercart.orders.desk.reached import reached_order
from aftercart.orders.models import Order
from aftercart.orders.money import BY_HAND, Part, about, charges_of, split_of
from aftercart.payments.actions import mark_received, mark_refund_sent, sync_charge
from aftercart.payments.models import Charge
from aftercart.payments.models import Refund as ProviderRefund
from aftercart.payments.ports import ProviderRefused, ProviderUnreachable
from aftercart.payments.rules import Refused
from aftercart.stores.permissions import StaffRequest, require

TONES = {
    "captured": "success",
    "failed": "danger",
    "cancelled": "",
    "created": "warn",
    "requires_action": "warn",
    "pending": "info",
    "authorised": "info",
}
NAMES = {
    "stripe": "Stripe",
    "sandbox": "the sandbox",
    "bank_transfer": "bank transfer, by hand",
    "cash_on_delivery": "cash, by hand",
}


@dataclass(frozen=True, kw_only=True)
class ShownCharge:
    """A charge with its refunds. ``awaits`` is what is still to be marked as received."""

    charge: Charge
    tone: str
    provider: str
    refunds: list[ProviderRefund]
    awaits_minor: int
    can_check: bool

    @property
    def awaits_text(self) -> str:
        """As a form writes it: ``79.10``."""
        return str(from_minor(self.awaits_minor, self.charge.currency).amount)


def shown_charges(order: Order) -> list[ShownCharge]:
    """The order's charges, newest first; two queries."""
    charges = Charge.objects.paying(about(order.pk)).select_related("account").prefetch_related("refunds")
    return [_shown(charge) for charge in charges]


def _shown(charge: Charge) -> ShownCharge:
    by_hand = charge.provider in BY_HAND
    waits = by_hand and charge.state in {"pending", "captured"}
    return ShownCharge(
        charge=charge,
        tone=TONES[charge.state],
        provider=NAMES.get(charge.provider, charge.provider),
        refunds=list(charge.refunds.all()),
        awaits_minor=charge.amount_minor - charge.captured_minor if waits else 0,
        can_check=charge.is_open and not by_hand,
    )


def refund_split(order: Order, left: int) -> list[dict[str, Any]]:
    """Where a refund of all that is left (minor units) would go, in the order it would be taken."""
    if left < 1:
        return []
    return [
        {
            "minor": part.amount_minor,
            "name": f"back by {NAMES.get(part.via, part.via)}"
            if part.via
            else "paid elsewhere: recorded only",
        }
        for part in split_of(order, left)
    ]


def where_to(part: Part, currency: str) -> str:
    """What a colleague is told of a part of a refund."""
    amount = format_minor(part.amount_minor, currency)
    if not part.via:
        return f"{amount} recorded: it was paid elsewhere, so make the transfer there."
    if part.via in BY_HAND:
        return f"{amount} to be sent by hand: mark it below when it has gone."
    return f"{amount} is on its way back through {NAMES.get(part.via, part.via)}."


@require_POST
@require("orders.pay")
def receive(request: StaffRequest, order_id: int, charge_id: int) -> HttpResponse:
    """Mark money of a transfer, or collected at the door, as received."""
    order, charge = _reached(request, order_id, charge_id)
    try:
        amount = parse_minor(request.POST.get("amount", ""), charge.currency)
        mark_received(
            charge_id=charge.pk,
            amount_minor=amount,
            key=request.POST.get("key", "")[:40],
            actor=request.actor,
        )
    except (Refused, MoneyError) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{format_minor(amount, charge.currency)} received.")
    return redirect(_next(request) or f"/desk/orders/{order.pk}/")


@require_POST
@require("orders.pay")
def check(request: StaffRequest, order_id: int, charge_id: int) -> HttpResponse:
    """Ask the provider how a charge stands."""
    order, charge = _reached(request, order_id, charge_id)
    try:
        charge = sync_charge(charge_id=charge.pk)
    except (ProviderUnreachable, ProviderRefused) as silence:
        messages.error(request, f"The provider does not answer: {silence}")
    else:
        messages.success(request, f"The provider says: {charge.get_state_display().lower()}.")
    return redirect("desk-order", order_id=order.pk)


@require_POST
@require("orders.refund")
def transfer(request: StaffRequest, order_id: int, refund_id: int) -> HttpResponse:
    """Mark a refund by hand as sent, or as not possible."""
    order = reached_order(request, order_id)
    refund = ProviderRefund.objects.filter(pk=refund_id, charge__about=about(order.pk)).first()
    if refund is None:
        raise Http404
    went = request.POST.get("went") != "no"
    try:
        mark_refund_sent(refund_id=refund.pk, actor=request.actor, went=went, reason="Not possible")
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Marked as sent." if went else "The amount is free again.")
    return redirect("desk-order", order_id=order.pk)


def _reached(request: StaffRequest, order_id: int, charge_id: int) -> tuple[Order, Charge]:
    order = reached_order(request, order_id)
    charge = next((one for one in charges_of(order.pk) if one.pk == charge_id), None)
    if charge is None:
        raise Http404
    return order, charge


def _next(request: StaffRequest) -> str:
    """Back to the page of transfers when the form stood there."""
    then = request.POST.get("then", "")
    return (
        then
        if then.startswith("/desk/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None)
        else ""
    )
