"""The shopper's doors without an order number: a code by mail, then one's orders.

What is answered, and the work it takes, is the same whether somebody ordered with the address or not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aftercart.customers.models import Customer, email_key
from aftercart.kernel import clock
from aftercart.kernel.links.codes import take_code
from aftercart.kernel.links.limits import allow, visitor
from aftercart.kernel.links.signing import make_link, read_link
from aftercart.orders.actions import ask_lookup_code
from aftercart.orders.actions.code import CODE_PURPOSE
from aftercart.orders.forms import CodeForm, EmailForm
from aftercart.orders.models import Order
from aftercart.orders.permissions import FROM_CODE, keep_private, order_page_path
from aftercart.stores.models import Merchant

PURPOSE = "my-orders"
LIFETIME = timedelta(hours=1)
HOUR = timedelta(hours=1)
PER_VISITOR, PER_ADDRESS, CHECKS_PER_VISITOR = 10, 4, 30
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take an e-mail address and say, whoever it is, that a code is on its way if it is known."""
    form = EmailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "code-ask", form, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"]
    if not _may_ask(request, email):
        form.add_error(None, _("That was one try too many. Please wait a few minutes, or write to us."))
        return _page(request, "code-ask", form, status=429)
    ask_lookup_code(email=email)
    return _page(request, "code-check", CodeForm(initial={"email": email}), status=200)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Take the code: right, it opens the address's orders; wrong or late, it says only that."""
    if request.method != "POST":  # somebody switched the language here
        return redirect("order-code")
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, "code-check", form, status=422)
    email, now = form.cleaned_data["email"], clock.now()
    if not allow(f"lookup-code:check:{visitor(request)}", CHECKS_PER_VISITOR, HOUR, now=now):
        form.add_error(None, _("That was one try too many. Please wait a few minutes, or write to us."))
        return _page(request, "code-check", form, status=429)
    if not take_code(CODE_PURPOSE, email, form.cleaned_data["code"], now):
        form.add_error("code", _("This code is not right, or it is older than ten minutes."))
        return _page(request, "code-check", form, status=422)
    known = Customer.objects.known().filter(email_key=email_key(email)).values_list("pk", flat=True).first()
    token = make_link(PURPOSE, {"c": known or 0}, expires_in=LIFETIME)
    return keep_private(redirect(reverse("my-orders", args=[token])))


@require_safe
def my_orders(request: HttpRequest, token: str) -> HttpResponse:
    """The newest orders of the address that the code went to, each with its page."""
    payload = read_link(PURPOSE, token, clock.now())
    if payload is None:
        return keep_private(redirect(f"{reverse('order-lookup')}?link=gone"))
    found = Order.objects.filter(customer_id=payload["c"]).order_by("-placed_at", "-id")
    orders = [(order, order_page_path(order.pk, trust=FROM_CODE)) for order in found[:SHOWN]]
    context = {"orders": orders, "merchant": Merchant.objects.first()}
    return keep_private(render(request, "orders/portal/my-orders.html", context))


def _may_ask(request: HttpRequest, email: str) -> bool:
    now = clock.now()
    visitor_may = allow(f"lookup-code:visitor:{visitor(request)}", PER_VISITOR, HOUR, now=now)
    return allow(f"lookup-code:address:{email_key(email)}", PER_ADDRESS, HOUR, now=now) and visitor_may


def _page(request: HttpRequest, name: str, form: EmailForm | CodeForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "merchant": Merchant.objects.first()}
    return keep_private(render(request, f"orders/portal/{name}.html", context, status=status))
