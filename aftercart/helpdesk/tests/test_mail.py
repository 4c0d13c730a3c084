"""Mails of a conversation: a receipt when it opens, every answer, each once, to the order's own address."""

from __future__ import annotations

import pytest

from aftercart.helpdesk.actions import answer_question
from aftercart.helpdesk.testing import make_question
from aftercart.kernel.journal.testing import hear_everything
from aftercart.messaging.testing import deliver_messages, part
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_member

LISTENERS = ("helpdesk.acknowledge", "helpdesk.deliver_answer")

pytestmark = pytest.mark.django_db


def test_a_question_is_acknowledged_once_per_conversation() -> None:
    order = make_order(number="T1")
    ticket = make_question("Where is my apron?\nIt was a gift.", order=order)
    make_question("And the spoon?", order=order)
    hear_everything(*LISTENERS)
    (mail,) = deliver_messages()
    assert mail["subject"] == "We have your question about order T1"
    assert mail["to"].addresses[0].addr_spec == order.email
    assert "Where is my apron?\nIt was a gift." in part(mail, "plain")
    assert "And the spoon?" not in part(mail, "plain")
    assert mail["auto-submitted"] == "auto-generated"
    assert ticket.messages.count() == 2


def test_an_answer_reaches_the_customer_once() -> None:
    member = make_member("Ben")
    ticket = make_question("Where is my apron?")
    last = ticket.messages.last()
    assert last is not None
    hear_everything(*LISTENERS)
    deliver_messages()
    for _ in range(2):
        answer_question(
            ticket_id=ticket.pk,
            text="On its way.\n<b>Promise</b>",
            key="a1",
            member=member,
            last_seen_id=last.pk,
        )
    hear_everything(*LISTENERS)
    (mail,) = deliver_messages()
    assert mail["auto-submitted"] is None
    assert "On its way.\n<b>Promise</b>" in part(mail, "plain")
    assert "On its way.<br>&lt;b&gt;Promise&lt;/b&gt;" in part(mail, "html")
    assert "Ben" in part(mail, "plain")
    assert "Where is my apron?" in part(mail, "plain")
