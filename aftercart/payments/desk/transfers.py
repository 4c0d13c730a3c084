"""Transfers that are waited for, and the statement's lines that end the waiting."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aftercart.kernel.money import MoneyError, format_minor, parse_minor
from aftercart.payments.actions import mark_received
from aftercart.payments.desk.forms import TransferForm
from aftercart.payments.models import Charge, Refund
from aftercart.payments.rules import Awaited, Refused, match_transfer
from aftercart.stores.permissions import StaffRequest, require, within_channels

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@require("orders.pay")
def transfers(request: StaffRequest) -> HttpResponse:
    """What is waited for; a statement's line finds its charge by the reference in its text."""
    awaited = list(
        within_channels(Charge.objects.filter(provider="bank_transfer"), request.member)
        .filter(state__in=["pending", "captured"])
        .order_by("-id")[: SHOWN * 5]
    )
    awaited = [charge for charge in awaited if charge.captured_minor < charge.amount_minor]
    form = TransferForm(request.POST or None, initial={"key": secrets.token_hex(12)})
    if request.method == "POST" and form.is_valid() and _take(request, form, awaited):
        return redirect("desk-transfers")
    refunds = Refund.objects.filter(state="pending", provider__in=["bank_transfer", "cash_on_delivery"])
    flagged = within_channels(Charge.objects.exclude(attention=""), request.member)
    context = {
        "form": form,
        "awaited": awaited[:SHOWN],
        "refunds": within_channels(refunds.select_related("charge"), request.member, "charge__channel_id")[
            :SHOWN
        ],
        "flagged": list(flagged[:SHOWN]),
    }
    return render(request, "payments/desk/transfers.html", context, status=422 if form.errors else 200)


def _take(request: StaffRequest, form: TransferForm, awaited: list[Charge]) -> bool:
    """Whether the line paid something; else the form says why not."""
    given = form.cleaned_data
    try:
        amount = parse_minor(given["amount"], given["currency"])
    except MoneyError as error:
        form.add_error("amount", str(error))
        return False
    found = match_transfer(given["text"], amount, given["currency"], [_awaited(charge) for charge in awaited])
    if found is None:
        form.add_error("text", "No transfer with this reference and currency is waited for.")
        return False
    try:
        charge = mark_received(
            charge_id=found.charge_id, amount_minor=amount, key=given["key"], actor=request.actor
        )
    except Refused as refused:
        form.add_error("amount", str(refused))
        return False
    said = f"{format_minor(amount, charge.currency)} for {reference_of(charge)} received."
    messages.success(request, said if found.is_exact else f"{said} It is not the amount that was asked for.")
    return True


def reference_of(charge: Charge) -> str:
    """What the payer was told to write in the transfer."""
    return str(charge.instructions.get("reference") or charge.details.get("description", ""))


def _awaited(charge: Charge) -> Awaited:
    return Awaited(
        charge_id=charge.pk,
        reference=reference_of(charge),
        amount_minor=charge.amount_minor - charge.captured_minor,
        currency=charge.currency,
    )
