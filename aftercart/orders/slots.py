"""Places on the order's pages that apps above fill: parcels, questions, later returns and guides."""

from __future__ import annotations

from django.db.models import F, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from aftercart.customers.models import Customer
from aftercart.customers.slots import desk_customer_panels
from aftercart.kernel import clock
from aftercart.kernel.money import format_minor
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel, Slot
from aftercart.messaging.slots import messages_panel
from aftercart.orders.changes.panel import changes_panel
from aftercart.orders.desk.filters import Filters
from aftercart.orders.models import Change, ChangeState, Order
from aftercart.orders.refunds.waiting import panel_of, to_approve
from aftercart.stores.permissions import may, member_of, within_channels
from aftercart.stores.slots import Waiting, desk_search_panels, jump, waits

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
MOST_COUNTED = 10_000


@desk_customer_panels.fill(order=10)
def orders_of_customer(request: HttpRequest, customer: Customer) -> Panel | None:
    """A customer's newest orders, and what they spent (paid less refunded), by currency."""
    member = member_of(request)
    if member is None or not may(request, "orders.view"):
        return None
    found = within_channels(Order.objects.filter(customer=customer), member)
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


add_place(
    Place(
        label="Changes",
        url_name="desk-changes",
        icon="pencil",
        group="Work",
        order=12,
        permission="orders.view",
    )
)
add_place(
    Place(
        label="Refund limits",
        url_name="desk-refund-limits",
        icon="undo-2",
        group="Set up",
        order=19,
        permission="refunds.approve",
    )
)
add_place(
    Place(
        label="Order changes",
        url_name="desk-order-changes",
        icon="sliders-horizontal",
        group="Set up",
        order=18,
        permission="settings.manage",
    )
)


@desk_order_panels.fill(order=5)
def changes_of_order(request: HttpRequest, order: Order) -> Panel | None:
    """Whether the order is held, what was changed of it, and changing it."""
    found = changes_panel(
        order, may_change=may(request, "orders.cancel"), may_send=may(request, "orders.fulfil")
    )
    return Panel(
        key="changes", title="Hold and changes", template="orders/changes/desk/panel.html", context=found
    )


@desk_order_panels.fill(order=60)
def messages_of_order(request: HttpRequest, order: Order) -> Panel | None:
    """What the shop wrote about the order, and what became of it."""
    return messages_panel(request, f"order:{order.pk}")


@waits(25)
def changes_to_decide(request: HttpRequest) -> Waiting | None:
    """Changes of orders that wait for a colleague."""
    member = member_of(request)
    if member is None or not may(request, "orders.view"):
        return None
    orders = within_channels(Order.objects.all(), member)
    waiting = Change.objects.filter(order__in=orders, state=ChangeState.WAITING, expires_at__gt=clock.now())
    count = waiting.order_by()[:MOST_COUNTED].count()
    return Waiting(label="Order changes to decide", count=count, href=reverse("desk-changes"), icon="pencil")


@desk_order_panels.fill(order=3)
def refunds_of_order(request: HttpRequest, order: Order) -> Panel | None:
    """A refund that waits for approval."""
    return panel_of(request, order)


@waits(45)
def refunds_to_approve(request: HttpRequest) -> Waiting | None:
    """Refunds over a colleague's limit."""
    return to_approve(request)


@waits(20)
def orders_to_send(request: HttpRequest) -> Waiting | None:
    """Paid orders that have not left."""
    return _waiting(request, "Orders to send", "send", "package")


@waits(30)
def orders_past_promise(request: HttpRequest) -> Waiting | None:
    """Orders not sent although their promise has passed."""
    return _waiting(request, "Orders past their promise", "late", "clock")


@waits(40)
def orders_to_refund(request: HttpRequest) -> Waiting | None:
    """Cancelled orders whose money has not gone back."""
    return _waiting(request, "Orders to refund", "refund", "undo-2")


def _waiting(request: HttpRequest, label: str, due: str, icon: str) -> Waiting | None:
    member = member_of(request)
    if member is None or not may(request, "orders.view"):
        return None
    reached = within_channels(Order.objects.all(), member)
    rows = Filters(due=due).applied(reached, today=timezone.localdate(clock.now()))
    count = rows.order_by()[:MOST_COUNTED].count()
    return Waiting(label=label, count=count, href=f"{reverse('desk-orders')}?due={due}", icon=icon)


@jump
def to_order(request: HttpRequest, text: str) -> str | None:
    """An order's exact number leads to it."""
    member = member_of(request)
    if member is None or not may(request, "orders.view"):
        return None
    number = text.lstrip("#")
    found = within_channels(Order.objects.filter(number__in=[number, f"#{number}"]), member)
    ids = list(found.values_list("pk", flat=True)[:2])
    return reverse("desk-order", args=ids) if len(ids) == 1 else None


@desk_search_panels.fill(order=20)
def found_orders(request: HttpRequest, text: str) -> Panel | None:
    """Orders whose number, person, e-mail or SKU begins so."""
    member = member_of(request)
    if member is None or not may(request, "orders.view"):
        return None
    reached = within_channels(Order.objects.for_list(), member)
    rows = Filters(q=text).applied(reached, today=timezone.localdate(clock.now()))
    found = [
        {
            "title": order.number,
            "text": f"{order.customer or order.email}, {format_minor(order.total_minor, order.currency)}",
            "href": reverse("desk-order", args=[order.pk]),
            "icon": "package",
        }
        for order in rows.order_by("-placed_at")[:SHOWN_ORDERS]
    ]
    return Panel(key="orders", title="Orders", template="", context={"found": found}) if found else None


import aftercart.orders.invoices.panels  # noqa: E402,F401 - fills the slots declared above
