"""Places on the order's pages that apps above fill: parcels, questions, later returns and guides."""

from __future__ import annotations

from django.db.models import F, Sum
from django.http import HttpRequest

from aftercart.customers.models import Customer
from aftercart.customers.slots import desk_customer_panels
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel, Slot
from aftercart.orders.models import Order

portal_headlines: Slot[Order] = Slot("portal-order-headline")
"""What the shopper's page says first: the first panel's ``title``, and ``lead`` and ``tone`` of its context.
Without one the order speaks for itself."""

portal_order_panels: Slot[Order] = Slot("portal-order")
"""*When does it come?* on the shopper's page. The request is an ``orders.permissions.ShopperRequest``; a
panel may name a stylesheet of its own as ``styles`` in its context."""

portal_help_panels: Slot[Order] = Slot("portal-order-help")
"""*Am I stuck with it?* and asking us, at the end of the shopper's page."""

desk_order_panels: Slot[Order] = Slot("desk-order")
"""Beside an order on the desk. The request is a ``stores.permissions.StaffRequest``."""

SHOWN_ORDERS = 8


@desk_customer_panels.fill(order=10)
def orders_of_customer(request: HttpRequest, customer: Customer) -> Panel | None:  # noqa: ARG001 - a slot's shape
    """A customer's newest orders, and what they spent (paid less refunded), by currency."""
    found = Order.objects.filter(customer=customer)
    orders = list(found.order_by("-placed_at")[:SHOWN_ORDERS])
    if not orders:
        return None
    spent = (
        found.order_by().values_list("currency").annotate(spent=Sum(F("paid_minor") - F("refunded_minor")))
    )
    return Panel(
        key="orders",
        title="Orders",
        template="orders/desk/customer-orders.html",
        context={"orders": orders, "spent": list(spent)},
    )


add_place(
    Place(
        label="Orders",
        url_name="desk-orders",
        icon="package",
        group="Work",
        order=10,
        permission="orders.view",
        shortcut="o",
    )
)
