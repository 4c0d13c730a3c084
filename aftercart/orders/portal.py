"""The shopper's doors: finding an order, and the order page."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow, visitor
from aftercart.orders.actions import resend_confirmation
from aftercart.orders.changes.shown import change_box
from aftercart.orders.forms import LookupForm
from aftercart.orders.lookup import find_order, forget_tries, may_try
from aftercart.orders.models import Order
from aftercart.orders.money import came_through_us, going_back_minor
from aftercart.orders.permissions import (
    FROM_LOOKUP,
    ShopperRequest,
    keep_private,
    order_page_path,
    with_order,
)
from aftercart.orders.portal_page import load_parts, order_page
from aftercart.orders.rules import may_confirm
from aftercart.orders.slots import portal_headlines, portal_help_panels, portal_order_panels
from aftercart.payments.models import Account
from aftercart.stores.models import Channel, Merchant

PER_ORDER = (3, timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Find an order by number and e-mail or postcode; every wrong answer is the same answer."""
    form = LookupForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _look_up_page(request, form, status=422 if form.is_bound else 200)
    number, proof = form.cleaned_data["number"], form.cleaned_data["proof"]
    if not may_try(visitor=visitor(request), number=number, now=clock.now()):
        form.add_error(None, _("That was one try too many. Please wait a few minutes, or write to us."))
        return _look_up_page(request, form, status=429)
    order_id = find_order(number=number, proof=proof)
    if order_id is None:
        form.add_error(
            None,
            _("We found no order with this number and this e-mail address or postcode. Please check both."),
        )
        return _look_up_page(request, form, status=422)
    forget_tries(number=number)
    return keep_private(redirect(order_page_path(order_id, trust=FROM_LOOKUP)))


@require_safe
@with_order
def show_order(request: ShopperRequest) -> HttpResponse:
    """The order page: did it go through, when does it come, what can still be done, ask us."""
    order = request.order
    load_parts(order)
    box = change_box(order, clock.now())
    headline = next(iter(portal_headlines.panels(request, order)), None)
    context: dict[str, Any] = {
        "order": order,
        "channel": order.channel,
        "merchant": Merchant.objects.first(),
        "page": order_page(order, headline=headline, trust=request.trust, box=box),
        "box": box,
        "panels": portal_order_panels.panels(request, order),
        "help_panels": portal_help_panels.panels(request, order),
        "token": request.token,
        "can_pay": _can_pay(order),
        "going_back_minor": going_back_minor(order.pk) if came_through_us(order) else 0,
        "key": secrets.token_urlsafe(12),
        "may_resend": may_confirm(state=order.state, payment_state=order.payment_state),
    }
    return render(request, "orders/portal/order.html", context)


@require_POST
@with_order
def resend(request: ShopperRequest) -> HttpResponse:
    """Send the confirmation once more, to the order's own address only."""
    order = request.order
    if not allow(f"order-confirmation:{order.pk}", *PER_ORDER, now=clock.now()):
        messages.warning(request, _("We have just sent it. Please look into your spam folder, too."))
    elif resend_confirmation(order_id=order.pk, key=request.POST.get("key", ""), actor=request.actor):
        messages.success(request, _("The confirmation is on its way again."))
    return redirect("order-page", token=request.token)


def _can_pay(order: Order) -> bool:
    """Whether something is due that the shopper can pay on a page of ours."""
    if not order.due_minor or order.state == "cancelled":
        return False
    return bool(Account.objects.offers(order.channel_id))


def _look_up_page(request: HttpRequest, form: LookupForm, *, status: int) -> HttpResponse:
    channels = list(Channel.objects.filter(is_active=True)[:2])
    context = {
        "form": form,
        "merchant": Merchant.objects.first(),
        "channel": channels[0] if len(channels) == 1 else None,
        "is_link_gone": request.GET.get("link") == "gone" and not form.is_bound,
    }
    return keep_private(render(request, "orders/portal/look-up.html", context, status=status))
