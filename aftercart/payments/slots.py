"""Places on the desk's menu, and what waits on its home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.payments.models import Charge, Refund
from aftercart.stores.permissions import may, member_of, within_channels
from aftercart.stores.slots import Waiting, waits

add_place(
    Place(
        label="Transfers",
        url_name="desk-transfers",
        icon="banknote",
        group="Work",
        order=15,
        permission="orders.pay",
    )
)
add_place(
    Place(
        label="Payments",
        url_name="desk-payments",
        icon="credit-card",
        group="Set up",
        order=85,
        permission="settings.manage",
    )
)


@waits(45)
def refunds_by_hand(request: HttpRequest) -> Waiting | None:
    """Refunds that somebody has to transfer."""
    member = member_of(request)
    if member is None or not may(request, "orders.refund"):
        return None
    rows = Refund.objects.filter(
        state=Refund.State.PENDING, provider__in=["bank_transfer", "cash_on_delivery"]
    )
    count = within_channels(rows, member, "charge__channel_id").count()
    return Waiting(
        label="Refunds to transfer by hand", count=count, href=reverse("desk-transfers"), icon="undo-2"
    )


@waits(46)
def payments_to_look_at(request: HttpRequest) -> Waiting | None:
    """Charges about which the provider said something that no rule settles."""
    member = member_of(request)
    if member is None or not may(request, "orders.pay"):
        return None
    count = within_channels(Charge.objects.exclude(attention=""), member).count()
    if not count:
        return None
    return Waiting(
        label="Payments to look at", count=count, href=reverse("desk-transfers"), icon="triangle-alert"
    )
