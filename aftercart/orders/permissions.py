"""Guards the shopper's doors: who holds a signed link to an order's page.

The link stands in the address, not in a cookie, so the same page opens from the mail on any device. Whatever
is wrong with a link, the answer is the same: the look-up page with one plain sentence.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta, tzinfo
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from aftercart.kernel import clock
from aftercart.kernel.links.signing import make_link, read_link
from aftercart.orders.models import Order

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

PURPOSE = "order-page"
FROM_MAIL = "link"
FROM_LOOKUP = "lookup"
FROM_CODE = "code"
MAIL_LIFETIME = timedelta(days=180)
LOOKUP_LIFETIME = timedelta(hours=12)


class ShopperRequest(HttpRequest):
    """A request that passed :func:`with_order`.

    ``trust`` says how the shopper came: ``"link"`` from a mail to the order's own address, ``"code"`` by one
    sent there, or ``"lookup"`` by number and e-mail or postcode. ``actor`` is how the journal names them.
    """

    order: Order
    token: str
    trust: str
    actor: str


ShopperView = Callable[Concatenate[ShopperRequest, P], HttpResponseBase]
TokenView = Callable[..., HttpResponseBase]


def order_page_path(order_id: int, *, trust: str = FROM_MAIL) -> str:
    """The signed path of an order's page: it works for 180 days in a mail, else for 12 hours."""
    lifetime = MAIL_LIFETIME if trust == FROM_MAIL else LOOKUP_LIFETIME
    token = make_link(PURPOSE, {"o": order_id, "t": trust}, expires_in=lifetime)
    return reverse("order-page", args=[token])


def order_page_url(order_id: int) -> str:
    """The signed address of an order's page, for a mail to the order's own e-mail address."""
    return f"{settings.BASE_URL}{order_page_path(order_id)}"


def pay_page_path(order_id: int, *, then: str = "") -> str:
    """The signed path of an order's pay page, as it stands in a mail; ``then`` is a path to go on to afterwards."""
    token = make_link(PURPOSE, {"o": order_id, "t": FROM_MAIL}, expires_in=MAIL_LIFETIME)
    query = f"?{urlencode({'then': then})}" if then else ""
    return f"{reverse('order-payment', args=[token])}{query}"


def with_order(view: ShopperView[P]) -> TokenView:
    """Open the order behind the address's token; the view's request then has ``order`` and ``trust``.

    The view speaks the shopper's chosen language, else the order's, and the channel's time zone. Its answer
    is kept by no cache, no search engine and no other site's logs.
    """

    @wraps(view)
    def opened(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        payload = read_link(PURPOSE, token, clock.now())
        order = _order(payload["o"]) if payload else None
        if payload is None or order is None:
            return keep_private(redirect(f"{reverse('order-lookup')}?link=gone"))
        shopper = cast("ShopperRequest", request)
        shopper.order, shopper.token, shopper.trust = order, token, payload["t"]
        shopper.actor = f"shopper:{order.customer_id}" if order.customer_id else "shopper"
        with _shown_for(request, order):
            response = keep_private(view(shopper, *args, **kwargs))
            response.headers.setdefault("Content-Language", translation.get_language())
            return response

    return opened


def keep_private(response: R) -> R:
    """Headers of a page that is one person's.

    The referrer policy is ``same-origin``, not ``no-referrer``: no other site sees the address either way,
    but under ``no-referrer`` browsers post forms with ``Origin: null``, which the CSRF check refuses.
    """
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    patch_cache_control(cast("HttpResponse", response), private=True, no_store=True)
    return response


def _order(order_id: int) -> Order | None:
    return Order.objects.select_related("channel", "customer").filter(pk=order_id).first()


def _shown_for(request: HttpRequest, order: Order) -> AbstractContextManager[object]:
    stack = ExitStack()
    spoken = _spoken(order.language)
    if spoken and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        stack.enter_context(translation.override(spoken))
    stack.enter_context(timezone.override(_zone(order.channel.timezone)))
    return stack


def _spoken(language: str) -> str:
    """The language of ours that an order's is (``pl-PL`` is ``pl``), empty when it is none of them."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return ""


def _zone(name: str) -> tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
