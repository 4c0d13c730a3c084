"""The order that a colleague's address names, when they may see it."""

from __future__ import annotations

from django.http import Http404

from aftercart.orders.models import Order
from aftercart.stores.permissions import StaffRequest, within_channels


def reached_order(request: StaffRequest, order_id: int) -> Order:
    """The order, when the member sees its channel; else it does not exist."""
    rows = within_channels(Order.objects.for_list(), request.member)
    order = rows.filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order
