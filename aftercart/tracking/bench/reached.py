"""The order that a packer's address names, when they see its channel."""

from __future__ import annotations

from django.http import Http404

from aftercart.orders.models import Order
from aftercart.stores.permissions import StaffRequest, within_channels


def reached_order(request: StaffRequest, order_id: int) -> Order:
    """The order, when the member sees its channel; else it does not exist."""
    order = within_channels(Order.objects.for_list(), request.member).filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order
