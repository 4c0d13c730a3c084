"""The conversation on the order page, as the shopper sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.rules import continues
from aftercart.orders.models import Order


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message; ``side`` is ``us`` (the shopper's own, at the right) or ``them`` (the shop's)."""

    author: str
    text: str
    at: datetime
    side: str


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """All that was said about an order; ``is_running`` when a new message continues it."""

    messages: list[Said]
    is_running: bool
    state: str
    tone: str


def conversation(order: Order, now: datetime) -> Conversation:
    """The order's conversation without internal notes; one query when there is none, else two."""
    tickets = list(Ticket.objects.of_order_page(order.pk))
    if not tickets:
        return Conversation(messages=[], is_running=False, state="", tone="")
    told = (
        Message.objects.filter(ticket__in=tickets).exclude(kind=Message.Kind.NOTE).order_by("sent_at", "id")
    )
    last = tickets[-1]
    state, tone = _state(last)
    return Conversation(
        messages=[_said(message, order) for message in told],
        is_running=continues(state=last.state, closed_at=last.closed_at, now=now),
        state=state,
        tone=tone,
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
