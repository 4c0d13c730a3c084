"""Refunds that wait, on an order's page and on the desk's home."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from aftercart.kernel.ui.slots import Panel
from aftercart.orders.models import Order, RefundRequest
from aftercart.stores.permissions import may, member_of, within_channels
from aftercart.stores.slots import Waiting

APPROVE = "refunds.approve"


def panel_of(request: HttpRequest, order: Order) -> Panel | None:
    """What waits for approval of this order; one query."""
    if not may(request, "orders.refund"):
        return None
    waiting = list(order.refund_requests.filter(state=RefundRequest.State.WAITING).select_related("order"))
    if not waiting:
        return None
    return Panel(
        key="refunds-waiting",
        title="A refund waits for approval",
        template="orders/refunds/panel.html",
        context={"waiting": waiting, "may_approve": may(request, APPROVE)},
    )


def to_approve(request: HttpRequest) -> Waiting | None:
    """How many refunds wait for somebody like this member."""
    member = member_of(request)
    if member is None or not may(request, APPROVE):
        return None
    rows = RefundRequest.objects.filter(state=RefundRequest.State.WAITING)
    count = within_channels(rows, member, "order__channel_id").count()
    return Waiting(label="Refunds to approve", count=count, href=reverse("desk-refunds"), icon="undo-2")
