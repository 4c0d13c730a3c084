"""Mails of a conversation: that a question arrived, and its answer. Each once."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from aftercart.helpdesk.models import Message, Ticket
from aftercart.messaging.actions import recipient, send_message
from aftercart.orders.permissions import order_page_url


@transaction.atomic
def mail_receipt(*, ticket_id: int, actor: str) -> bool:
    """Tell a customer that their first message arrived; whether this call did."""
    ticket = _ticket(ticket_id)
    asked = ticket.messages.filter(kind=Message.Kind.CUSTOMER).first()
    if asked is None:
        return False
    context = _context(ticket, asked.text)
    return _send(ticket, "question_received", context, key=f"question-received:{ticket.pk}", actor=actor)


@transaction.atomic
def mail_answer(*, message_id: int, actor: str) -> bool:
    """Send a colleague's answer to the customer; whether this call did."""
    answer = Message.objects.select_related("ticket").get(pk=message_id)
    ticket = _ticket(answer.ticket_id)
    earlier = ticket.messages.filter(kind=Message.Kind.CUSTOMER, sent_at__lte=answer.sent_at)
    asked = earlier.order_by("-sent_at", "-pk").first()
    context = {
        **_context(ticket, asked.text if asked else ""),
        "answer": answer.text,
        "author": answer.author_name,
    }
    return _send(ticket, "question_answered", context, key=f"question-answered:{answer.pk}", actor=actor)


def _ticket(ticket_id: int) -> Ticket:
    return Ticket.objects.select_related("order", "customer").get(pk=ticket_id)


def _context(ticket: Ticket, question: str) -> dict[str, Any]:
    order = ticket.order
    return {
        "name": ticket.customer.name if ticket.customer else "",
        "number": order.number if order else "",
        "question": question,
        "order_url": order_page_url(order.pk) if order else "",
    }


def _send(ticket: Ticket, kind: str, context: dict[str, Any], *, key: str, actor: str) -> bool:
    """To the order's own address: the link in the mail opens the order, so nobody else may have it."""
    customer_email = ticket.customer.email if ticket.customer else ""
    to = recipient(ticket.order.email if ticket.order else customer_email, context["name"])
    if to is None:
        return False
    effect = send_message(
        kind=kind,
        to=to,
        language=ticket.language,
        context=context,
        key=key,
        channel_id=ticket.channel_id,
        customer_id=ticket.customer_id,
        subject=f"ticket:{ticket.pk}",
        actor=actor,
    )
    return effect is not None
