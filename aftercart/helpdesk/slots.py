"""Conversations on other apps' pages, and the inbox in the desk's menu."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercart.customers.models import Customer
from aftercart.customers.slots import desk_customer_panels
from aftercart.helpdesk.inbox import inbox_page
from aftercart.helpdesk.models import Ticket
from aftercart.helpdesk.portal import panel_context
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel
from aftercart.orders.models import Order
from aftercart.orders.slots import desk_order_panels, portal_help_panels
from aftercart.stores.permissions import may, member_of, within_channels
from aftercart.stores.slots import Waiting, desk_search_panels, waits

MOST_COUNTED = 1000
MOST_BESIDE = 10
SHOWN = 6

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
def questions_about_order(request: HttpRequest, order: Order) -> Panel | None:
    """The questions asked about the order, beside it on the desk."""
    return _questions(request, Ticket.objects.filter(order=order))


@desk_customer_panels.fill(order=40)
def questions_of_customer(request: HttpRequest, customer: Customer) -> Panel | None:
    """What the customer asked, beside their story."""
    return _questions(request, Ticket.objects.filter(customer=customer))


@desk_search_panels.fill(order=30)
def found_questions(request: HttpRequest, text: str) -> Panel | None:
    """Questions of people, about orders or with subjects like the text."""
    member = member_of(request)
    if member is None or not may(request, "questions.view"):
        return None
    tickets = inbox_page(member, view="all", search=text).tickets[:SHOWN]
    found = [
        {
            "title": ticket.subject,
            "text": str(ticket.customer or ""),
            "href": reverse("desk-question", args=[ticket.pk]),
            "icon": "message-circle",
        }
        for ticket in tickets
    ]
    return Panel(key="questions", title="Questions", template="", context={"found": found}) if found else None


def _questions(request: HttpRequest, asked: QuerySet[Ticket]) -> Panel | None:
    member = member_of(request)
    if member is None or not may(request, "questions.view"):
        return None
    tickets = list(within_channels(asked, member).order_by("-last_message_at")[:MOST_BESIDE])
    if not tickets:
        return None
    return Panel(
        key="questions",
        title="Questions",
        template="helpdesk/desk/panel.html",
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
