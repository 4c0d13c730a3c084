"""The conversation on the order page, as the shopper sees it.

Number and postcode stand on a parcel's label. Who proved no more than that reads what they wrote in this
visit; the rest opens by a mail's link or a code sent to the order's own address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.rules import continues
from aftercart.kernel.links.digests import digest
from aftercart.orders.models import Order
from aftercart.orders.permissions import FROM_LOOKUP


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message; ``side`` is ``us`` (the shopper's own, at the right) or ``them`` (the shop's)."""

    author: str
    text: str
    at: datetime
    side: str


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What this shopper may read of it; ``is_running`` when a new message continues it.

    ``is_partial`` after a look-up, whether or not there is more: the page tells nothing by it.
    """

    messages: list[Said]
    is_running: bool
    is_partial: bool
    state: str
    tone: str


def visit_of(request: HttpRequest, order: Order) -> str:
    """The look-up this request came by, as a digest; empty for who came by a mail's link or a code.

    Also empty for an order without an e-mail address: nothing could prove more, and the answer would reach
    nobody.
    """
    if getattr(request, "trust", "") != FROM_LOOKUP or not order.email_key:
        return ""
    return digest("aftercart.helpdesk.visit", str(getattr(request, "token", "")).encode()).hex()


def conversation(order: Order, now: datetime, *, visit: str) -> Conversation:
    """The order's conversation without internal notes; one query.

    With a ``visit`` only what was written in it.
    """
    told = Message.objects.of_order_page(order.pk)
    if visit:
        return _of_visit(order, list(told.filter(visit=visit)))
    messages = list(told)
    if not messages:
        return Conversation(messages=[], is_running=False, is_partial=False, state="", tone="")
    last = max((message.ticket for message in messages), key=lambda ticket: (ticket.opened_at, ticket.pk))
    state, tone = _state(last)
    return Conversation(
        messages=[_said(message, order) for message in messages],
        is_running=continues(state=last.state, closed_at=last.closed_at, now=now),
        is_partial=False,
        state=state,
        tone=tone,
    )


def _of_visit(order: Order, written: list[Message]) -> Conversation:
    return Conversation(
        messages=[_said(message, order) for message in written],
        is_running=bool(written),
        is_partial=True,
        state=_("Sent. We answer by e-mail.") if written else "",
        tone="info",
    )


def _said(message: Message, order: Order) -> Said:
    is_ours = message.kind == Message.Kind.CUSTOMER
    shop = order.channel.sender_name or order.channel.name
    author = _("You") if is_ours else (message.author_name.split(maxsplit=1) or [shop])[0]
    return Said(author=author, text=message.text, at=message.sent_at, side="us" if is_ours else "them")


def _state(ticket: Ticket) -> tuple[str, str]:
    if ticket.waiting_since:
        return _("Sent. We answer by e-mail and here."), "info"
    if ticket.state == Ticket.State.CLOSED:
        return _("Solved. Write again if it is not."), "success"
    return _("Answered"), "success"
