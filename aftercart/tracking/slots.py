"""Parcels on the order's pages: the shopper's headline, the parcels' stories, and the desk's panel."""

from __future__ import annotations

import secrets

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from aftercart.delivery.promises import given_for, words_of
from aftercart.kernel import clock
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel
from aftercart.orders.models import Order
from aftercart.orders.slots import desk_order_panels, portal_headlines, portal_order_panels
from aftercart.stores.permissions import may
from aftercart.tracking.models import Label, Reason, Status
from aftercart.tracking.portal_page import (
    headline_context,
    load_parcels,
    see_ahead,
    shown_parcels,
    still_here,
)

add_place(
    Place(
        label="Bench",
        url_name="desk-bench",
        icon="package-check",
        group="Work",
        order=22,
        permission="orders.fulfil",
        shortcut="b",
    )
)
add_place(
    Place(
        label="Parcels",
        url_name="desk-parcels",
        icon="truck",
        group="Work",
        order=25,
        permission="orders.view",
        shortcut="p",
    )
)


@portal_headlines.fill(order=10)
def say_first(request: HttpRequest, order: Order) -> Panel | None:  # noqa: ARG001 - a slot's shape
    """Where the parcels are, once one has moved."""
    if order.state == "cancelled":
        return None
    seen = see_ahead(order, load_parcels(order), timezone.localdate(clock.now()))
    if seen is None:
        return None
    title, context = headline_context(seen)
    return Panel(key="headline", title=title, template="", context=context)


@portal_order_panels.fill(order=10)
def show_parcels(request: HttpRequest, order: Order) -> Panel | None:  # noqa: ARG001 - a slot's shape
    """*When does it come?* Each parcel with its story, and what is still here."""
    parcels = load_parcels(order)
    waiting = still_here(order)
    if not parcels and (order.state != "open" or not waiting):
        return None
    given = given_for(f"order:{order.pk}") if order.promised_on else None
    said, why = words_of(given) if given and given.by_on == order.promised_on else ("", "")
    context = {
        "parcels": shown_parcels(
            parcels, clock.now(), promise=(given.by_on, f"{said} {why}") if given and why else None
        ),
        "waiting": waiting,
        "promised_on": order.promised_on if not parcels else None,
        "promise": {"said": said, "why": why} if said and not parcels else None,
        "styles": "tracking/portal.css",
    }
    return Panel(
        key="parcels",
        title=_("When does it come?"),
        template="tracking/portal/parcels.html",
        context=context,
    )


@desk_order_panels.fill(order=5)
def send_from_desk(request: HttpRequest, order: Order) -> Panel | None:
    """What is still here, and the form that sends it."""
    waiting = [line for line in order.lines.all() if line.kind != "fee" and line.open_quantity]
    if not waiting or order.state == "cancelled" or not may(request, "orders.fulfil"):
        return None
    context = {"order": order, "to_send": waiting, "key": secrets.token_hex(12)}
    return Panel(key="send", title="To be sent", template="tracking/desk/send.html", context=context)


@desk_order_panels.fill(order=10)
def parcels_for_desk(request: HttpRequest, order: Order) -> Panel | None:
    """The order's parcels beside it on the desk."""
    parcels = load_parcels(order)
    if not parcels:
        return None
    return Panel(
        key="parcels",
        title="Parcels",
        template="tracking/desk/parcels.html",
        context={
            "parcels": shown_parcels(parcels, clock.now()),
            "statuses": Status.choices,
            "reasons": Reason.choices,
            "may_edit": may(request, "parcels.edit"),
            "labels": _labels(request, order),
        },
    )


def _labels(request: HttpRequest, order: Order) -> set[int]:
    """The parcels whose label can be printed again, for whoever may send."""
    if not may(request, "orders.fulfil"):
        return set()
    return set(Label.objects.filter(parcel__order=order).values_list("parcel_id", flat=True))
