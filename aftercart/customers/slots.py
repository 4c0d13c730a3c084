"""Places on the customer's page that apps above fill, and customers in the desk's menu."""

from __future__ import annotations

from aftercart.customers.models import Customer
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Slot

desk_customer_panels: Slot[Customer] = Slot("desk-customer")
"""Beside a customer's story on the desk: orders, questions, later credit and points."""

add_place(
    Place(
        label="Customers",
        url_name="desk-customers",
        icon="users",
        group="Customers",
        order=10,
        permission="customers.view",
        shortcut="c",
    )
)
add_place(
    Place(
        label="Segments",
        url_name="desk-segments",
        icon="list-filter",
        group="Customers",
        order=40,
        permission="rules.edit",
    )
)
