"""Messages in the desk's menu, on its home and beside a customer."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from aftercart.customers.models import Customer
from aftercart.customers.slots import desk_customer_panels
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel
from aftercart.messaging.log import Line, messages_about, messages_of_customer
from aftercart.messaging.models import Edition
from aftercart.stores.permissions import may, member_of, told_to
from aftercart.stores.slots import Waiting, waits

add_place(
    Place(
        label="Messages",
        url_name="desk-messages",
        icon="mail",
        group="Set up",
        order=30,
        permission="messages.edit",
    )
)


@desk_customer_panels.fill(order=50)
def messages_to_customer(request: HttpRequest, customer: Customer) -> Panel | None:
    """What the shop wrote to the customer, and what came back."""
    member = member_of(request)
    if member is None:
        return None
    return _panel(messages_of_customer(customer.pk, member, shows_all=may(request, "orders.resend")))


def messages_panel(request: HttpRequest, subject: str) -> Panel | None:
    """What the shop wrote about a thing, for its page on the desk; nothing when there is none."""
    member = member_of(request)
    if member is None:
        return None
    return _panel(messages_about(subject, member, shows_all=may(request, "orders.resend")))


def _panel(lines: list[Line]) -> Panel | None:
    if not lines:
        return None
    return Panel(
        key="messages", title="Messages", template="messaging/desk/log.html", context={"lines": lines}
    )


@waits(60)
def texts_that_fail(request: HttpRequest) -> Waiting | None:
    """Edited messages that could not be used, so that the shipped ones are sent."""
    member = member_of(request)
    if member is None or not may(request, "messages.edit"):
        return None
    failing = told_to(Edition.objects.current().filter(failed_at__isnull=False), member)
    return Waiting(
        label="Edited messages that fail",
        count=failing.count(),
        href=reverse("desk-messages"),
        icon="mail",
        tone="danger",
    )
