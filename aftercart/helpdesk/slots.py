"""Conversations on other apps' pages, and the inbox in the desk's menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercart.helpdesk.models import Ticket
from aftercart.helpdesk.portal import panel_context
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel
from aftercart.orders.models import Order
from aftercart.orders.slots import desk_order_panels, portal_help_panels
from aftercart.stores.permissions import may, member_of, within_channels
from aftercart.stores.slots import Waiting, waits

MOST_COUNTED = 1000

add_place(
    Place(
        label="Questions",
        url_name="desk-questions",
        icon="inbox",
        group="Work",
        order=20,
        permission="questions.view",
        shortcut="q",
    )
)


@portal_help_panels.fill(order=90)
def show_conversation(request: HttpRequest, order: Order) -> Panel:
    """*Ask us*: what was said about the order, and the form to say more."""
    return Panel(
        key="questions",
        title=_("Ask us"),
        template="helpdesk/portal/conversation.html",
        context=panel_context(request, order),
    )


@desk_order_panels.fill(order=50)
def questions_for_desk(request: HttpRequest, order: Order) -> Panel | None:  # noqa: ARG001 - a slot's shape
    """The questions asked about the order, beside it on the desk."""
    tickets = list(Ticket.objects.filter(order=order).order_by("-last_message_at")[:10])
    if not tickets:
        return None
    return Panel(
        key="questions",
        title="Questions",
        template="helpdesk/desk/order-questions.html",
        context={"tickets": tickets},
    )


@waits(10)
def questions_waiting(request: HttpRequest) -> Waiting | None:
    """Customers who wait for an answer."""
    member = member_of(request)
    if member is None or not may(request, "questions.view"):
        return None
    rows = within_channels(Ticket.objects.filter(waiting_since__isnull=False), member)
    count = rows.order_by()[:MOST_COUNTED].count()
    return Waiting(label="Questions waiting", count=count, href=reverse("desk-questions"), icon="inbox")
