"""Places on the customer's page that apps above fill, and customers in the desk's menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from aftercart.customers.models import Customer
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel, Slot
from aftercart.stores.permissions import may, member_of
from aftercart.stores.slots import desk_search_panels

SHOWN = 8

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


@desk_search_panels.fill(order=10)
def found_customers(request: HttpRequest, text: str) -> Panel | None:
    """Customers with words that begin so. Members of some channels look through their own list."""
    member = member_of(request)
    if member is None or not may(request, "customers.view") or member.channels.all():
        return None
    rows = Customer.objects.known().page_matching(text, SHOWN)
    found = [
        {
            "title": str(customer),
            "text": customer.email,
            "href": reverse("desk-customer", args=[customer.pk]),
            "icon": "user",
        }
        for customer in rows
    ]
    return Panel(key="customers", title="Customers", template="", context={"found": found}) if found else None
