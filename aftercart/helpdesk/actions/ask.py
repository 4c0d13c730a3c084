"""A shopper's question about their order: into the running conversation, or a new one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.helpdesk.actions.lock import circumstances
from aftercart.helpdesk.events import MessageReceived, TicketOpened, TicketReopened
from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.rules import SUBJECTS, clean_text, continues, weaker
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused


@transaction.atomic
def ask_question(
    *,
    order_id: int,
    text: str,
    key: str,
    actor: str,
    topic: str = "other",
    trust: str = Ticket.Trust.UNVERIFIED,
    language: str = "en",
    via: str = Ticket.Via.PORTAL,
    visit: str = "",
    now: datetime | None = None,
) -> Message:
    """Keep what a shopper wrote about an order, and let them wait for an answer.

    It continues the order's last conversation (``rules.continues``), which opens again, or begins a new one.
    The same ``key`` (of at most 40 characters, chosen by the form) for the same order is one message.
    ``visit`` names the look-up of a writer who proved no more (:func:`aftercart.helpdesk.portal_page.visit_of`).

    Raises:
        Refused: when the text is empty or too long, or the topic unknown.
    """
    text = clean_text(text)
    if topic not in SUBJECTS:
        raise Refused(f"{topic!r} is not a topic; use one of {', '.join(SUBJECTS)}.")
    now = now or clock.now()
    order = Order.objects.select_for_update().get(pk=order_id)
    key = f"{via}:{order.pk}:{key[:40]}"
    known = Message.objects.filter(key=key).select_related("ticket").first()
    if known:
        return known
    asked = Ticket.objects.select_for_update(of=("self",)).filter(order=order, via=via)
    last = asked.order_by("-opened_at", "-pk").first()  # locked: a colleague may answer it this moment
    if last and continues(state=last.state, closed_at=last.closed_at, now=now):
        ticket = _go_on(last, trust, actor, now)
    else:
        ticket = _open(
            order, last, via=via, topic=topic, trust=trust, language=language, actor=actor, now=now
        )
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.CUSTOMER,
        text=text,
        author_name=_name(order),
        actor=actor,
        key=key,
        visit=visit,
        sent_at=now,
    )
    received = MessageReceived(
        **circumstances(ticket),
        message_id=message.pk,
        is_first=not ticket.messages.exclude(pk=message.pk).exists(),
    )
    publish(received, actor=actor, occurred_at=now, dedupe_key=f"message-received:{message.pk}")
    return message


def _name(order: Order) -> str:
    return str(order.ship_to.get("name") or (order.customer.name if order.customer else ""))[:200]


def _open(
    order: Order,
    last: Ticket | None,
    *,
    via: str,
    topic: str,
    trust: str,
    language: str,
    actor: str,
    now: datetime,
) -> Ticket:
    ticket = Ticket.objects.create(
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        order=order,
        subject=f"{SUBJECTS[topic]} · {order.number}"[:200],
        via=via,
        trust=trust,
        topic=topic,
        language=language,
        follows=last,
        opened_at=now,
        last_message_at=now,
        waiting_since=now,
    )
    opened = TicketOpened(**circumstances(ticket), topic=topic, via=via, follows_id=last.pk if last else None)
    publish(opened, actor=actor, occurred_at=now, dedupe_key=f"ticket-opened:{ticket.pk}")
    return ticket


def _go_on(ticket: Ticket, trust: str, actor: str, now: datetime) -> Ticket:
    was_closed = ticket.state == Ticket.State.CLOSED
    ticket.state, ticket.closed_at = Ticket.State.OPEN, None
    ticket.trust = weaker(ticket.trust, trust)
    ticket.waiting_since = ticket.waiting_since or now
    ticket.last_message_at = now
    ticket.save(update_fields=["state", "closed_at", "trust", "waiting_since", "last_message_at"])
    if was_closed:
        publish(TicketReopened(**circumstances(ticket)), actor=actor, occurred_at=now)
    return ticket
