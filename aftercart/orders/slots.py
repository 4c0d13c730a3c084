"""Places on the order's pages that apps above fill: parcels, questions, later returns and guides."""

from __future__ import annotations

from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Slot
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
