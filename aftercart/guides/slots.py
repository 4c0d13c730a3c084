"""Guides on other apps' pages: *how do I set it up?* on the order's page, and the desk's menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercart.guides.models import Guide
from aftercart.guides.reading import title_of
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel
from aftercart.orders.models import Order
from aftercart.orders.slots import portal_help_panels

MOST = 6

add_place(
    Place(
        label="Guides",
        url_name="desk-guides",
        icon="book-open",
        group="Set up",
        order=15,
        permission="products.view",
    )
)


@portal_help_panels.fill(order=20)
def guides_of_order(request: HttpRequest, order: Order) -> Panel | None:
    """*How do I set it up?* The guides of what was ordered; one query."""
    token = getattr(request, "token", "")
    variants = [line.variant for line in order.lines.all() if line.variant]
    if order.state == "cancelled" or not token or not variants:
        return None
    guides = list(Guide.objects.published().about({variant.product_id for variant in variants})[:MOST])
    if not guides:
        return None
    language = get_language() or order.language
    found = [
        {"title": title_of(guide, language), "href": reverse("order-guide", args=[token, guide.handle])}
        for guide in guides
    ]
    return Panel(
        key="guides",
        title=_("How do I set it up?"),
        template="guides/portal/panel.html",
        context={"guides": found, "styles": "guides/portal.css"},
    )
