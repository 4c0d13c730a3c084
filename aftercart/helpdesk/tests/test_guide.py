"""A guide that did not help becomes a question about the order, once."""

from __future__ import annotations

import pytest

from aftercart.guides.actions import tell_outcome
from aftercart.guides.testing import make_guide
from aftercart.helpdesk.models import Message
from aftercart.kernel.journal.testing import hear_everything
from aftercart.orders.testing import make_order

pytestmark = pytest.mark.django_db


def test_words_become_a_question_about_the_order_once() -> None:
    guide, order = make_guide(), make_order()
    for _ in range(2):
        tell_outcome(
            guide_id=guide.pk,
            has_worked=False,
            key="order:1:abc",
            language="en",
            actor="shopper:1",
            order=order,
            text="It smokes.",
            step=1,
            trust="link",
        )
    hear_everything("helpdesk.take_up_guide")
    message = Message.objects.get()
    assert message.text.startswith("It smokes.")
    assert "“Season your pan”, step 1" in message.text
    assert message.ticket.order == order
    assert message.ticket.trust == "link"


def test_what_worked_or_has_no_words_asks_nothing() -> None:
    guide, order = make_guide(), make_order()
    tell_outcome(guide_id=guide.pk, has_worked=True, key="a", language="en", actor="test", order=order)
    tell_outcome(guide_id=guide.pk, has_worked=False, key="b", language="en", actor="test")
    hear_everything("helpdesk.take_up_guide")
    assert not Message.objects.exists()
