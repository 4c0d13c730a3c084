"""The shopper's pay page behind the order's link: what is due, how to pay it, and coming back from a provider."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow, visitor
from aftercart.orders.actions import pay_order, take_payment
from aftercart.orders.money import about, charges_of
from aftercart.orders.payment_page import PayPageShown, pay_page
from aftercart.orders.permissions import ShopperRequest, with_order
from aftercart.orders.rules import Refused
from aftercart.payments.actions import sync_charge
from aftercart.payments.models import Account, Charge
from aftercart.payments.ports import ProviderRefused, ProviderUnreachable
from aftercart.stores.models import Merchant

TRIES = (20, timedelta(hours=1))
PER_VISITOR = (60, timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
@with_order
def pay(request: ShopperRequest) -> HttpResponse:
    """Choose how to pay; the provider's page comes next, or the bank's details."""
    if request.method != "POST":
        return _page(request)
    chosen = request.POST.get("method", "")
    offers = Account.objects.offers(request.order.channel_id)
    offer = next((one for one in offers if one.value == chosen), None)
    key = request.POST.get("key", "")
    if offer is None or not re.fullmatch(r"[\w-]{12,40}", key):
        return _page(request, problem=_("Please choose how you want to pay."), status=422)
    if not _may_try(request):
        return _page(request, problem=_("That was one try too many. Please wait a few minutes."), status=429)
    try:
        charge = pay_order(
            order_id=request.order.pk,
            offer=offer,
            key=f"order:{request.order.pk}:{key}",
            actor=request.actor,
            return_url=_back(request),
        )
    except Refused:
        return redirect("order-payment", token=request.token)
    return redirect(_with_then(request, "order-payment-return", request.token, charge.pk))


@require_safe
@with_order
def come_back(request: ShopperRequest, charge_id: int) -> HttpResponse:
    """Between shop and provider, both ways: on to its page, or back with what came of it.

    A page of its own and not a redirect, because the form's content policy would hold for where it leads, too.
    """
    charge = Charge.objects.filter(pk=charge_id, about=about(request.order.pk)).first()
    if charge is None:
        return redirect("order-payment", token=request.token)
    if charge.is_open and "back" not in request.GET and charge.redirect_url:
        return render(request, "orders/portal/payment-leave.html", _context(request) | {"charge": charge})
    charge = _synced(charge)
    if charge.captured_minor:
        take_payment(order_id=request.order.pk, charge_id=charge.pk)
        messages.success(request, _("Thank you! Your payment has arrived."))
        return redirect(_then(request) or reverse("order-page", args=[request.token]))
    return redirect(_with_then(request, "order-payment", request.token))


def _synced(charge: Charge) -> Charge:
    """The charge as the provider has it now; as we have it when the provider is silent."""
    try:
        return sync_charge(charge_id=charge.pk) if charge.is_open else charge
    except (ProviderUnreachable, ProviderRefused):
        return charge


def _page(request: ShopperRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    order = request.order
    page: PayPageShown = pay_page(order, charges_of(order.pk), Account.objects.offers(order.channel_id))
    context = _context(request) | {
        "page": page,
        "problem": problem,
        "key": secrets.token_urlsafe(12),
        "then": _then(request),
    }
    return render(request, "orders/portal/payment.html", context, status=status)


def _context(request: ShopperRequest) -> dict[str, object]:
    return {
        "order": request.order,
        "channel": request.order.channel,
        "merchant": Merchant.objects.first(),
        "token": request.token,
    }


def _may_try(request: ShopperRequest) -> bool:
    """Testing stolen cards takes many tries; paying an order takes a few."""
    now = clock.now()
    return allow(f"pay:order:{request.order.pk}", *TRIES, now=now) and allow(
        f"pay:ip:{visitor(request)}", *PER_VISITOR, now=now
    )


def _back(request: ShopperRequest) -> str:
    """Where a provider sends the payer back to; the charge's id is put in when it has one."""
    path = reverse("order-payment-return", args=[request.token, 0]).replace("/0/", "/{charge}/")
    then = _then(request)
    return f"{path}?back=1" + (f"&then={then}" if then else "")


def _then(request: ShopperRequest) -> str:
    """A path of ours to go on to; anything else is ignored."""
    then = request.POST.get("then") or request.GET.get("then") or ""
    is_ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    return then if is_ours and re.fullmatch(r"[\w/.~-]{1,300}", then) else ""


def _with_then(request: ShopperRequest, name: str, *arguments: object) -> str:
    then = _then(request)
    return reverse(name, args=arguments) + (f"?then={then}" if then else "")
