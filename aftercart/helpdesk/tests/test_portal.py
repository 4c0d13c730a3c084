"""Asking on the order page: with htmx and without, twice, too much, too often, behind a wrong link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.helpdesk.actions import answer_question, note_ticket
from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.testing import make_question
from aftercart.kernel import clock
from aftercart.kernel.links.signing import make_link
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.permissions import FROM_LOOKUP, order_page_path
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_member
from aftercart.tracking.actions import record_scan, register_parcel

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def order() -> Order:
    return make_order(number="MH-7")


def form(client: Client, page: str) -> dict[str, str]:
    """The form's key, as a browser would send it."""
    panel = client.get(page).context["help_panels"][-1].context
    return {"key": str(panel["form"]["key"].value())}


def test_a_question_shows_at_once_in_the_conversation(client: Client, order: Order) -> None:
    page = order_page_path(order.pk)
    values = {**form(client, page), "topic": "where", "text": "Where is my <b>apron</b>?"}
    response = client.post(f"{page}questions/", values, follow=True)
    assert response.redirect_chain == [(f"{page}#questions", 302)]
    shown = response.content.decode()
    assert "Where is my &lt;b&gt;apron&lt;/b&gt;?" in shown
    assert "Sent. We answer by e-mail and here." in shown
    ticket = Ticket.objects.get()
    assert (ticket.order, ticket.trust, ticket.via, ticket.topic) == (order, "link", "portal", "where")


def test_with_htmx_only_the_conversation_comes_back(client: Client, order: Order) -> None:
    page = order_page_path(order.pk, trust=FROM_LOOKUP)
    values = {**form(client, page), "topic": "other", "text": "Hello"}
    response = client.post(f"{page}questions/", values, headers=HTMX)
    shown = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in shown
    assert "Hello" in shown
    assert Ticket.objects.get().trust == "lookup"


def test_posted_twice_it_is_one_message(client: Client, order: Order) -> None:
    page = order_page_path(order.pk)
    values = {**form(client, page), "topic": "other", "text": "Hello"}
    for _ in range(2):
        assert client.post(f"{page}questions/", values).status_code == 302
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "Write your question first."), ("x" * 5001, "at most 5000 characters fit")]
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_question_keeps_the_text_and_says_why(
    client: Client, order: Order, text: str, said: str, headers: dict[str, str]
) -> None:
    page = order_page_path(order.pk)
    values = {**form(client, page), "topic": "return", "text": text}
    response = client.post(f"{page}questions/", values, headers=headers)
    shown = response.content.decode()
    assert response.status_code == 422
    assert said in shown
    assert text.strip() in shown
    assert ("<html" in shown) is (headers == {})
    assert not Message.objects.exists()


def test_writing_again_goes_on_without_asking_for_the_topic(client: Client, order: Order) -> None:
    ticket = make_question(order=order)
    page = order_page_path(order.pk)
    panel = client.get(page).context["help_panels"][-1].context
    assert "topic" not in panel["form"].fields
    client.post(f"{page}questions/", {**form(client, page), "text": "And another thing"})
    assert ticket.messages.count() == 2


def test_the_answer_shows_and_the_note_does_not(client: Client, order: Order) -> None:
    ticket, ben = make_question(order=order), make_member("Ben")
    last = ticket.messages.latest("pk").pk
    answer_question(ticket_id=ticket.pk, text="Tomorrow!", key="a", member=ben, last_seen_id=last)
    note_ticket(ticket_id=ticket.pk, text="She is angry", key="n", member=ben)
    shown = client.get(order_page_path(order.pk)).content.decode()
    assert "Tomorrow!" in shown
    assert "She is angry" not in shown
    assert "Answered" in shown


def test_one_order_never_shows_anothers_conversation(client: Client, order: Order) -> None:
    make_question("My secret", order=make_order(number="MH-8"))
    assert "My secret" not in client.get(order_page_path(order.pk)).content.decode()


def test_a_wrong_link_takes_no_question(client: Client, order: Order) -> None:
    wrong = make_link("order-page", {"o": order.pk, "t": "link"}, expires_in=timedelta(days=-1))
    response = client.post(f"/o/{wrong}/questions/", {"key": "k", "topic": "other", "text": "Hello"})
    assert (response.status_code, response["Location"]) == (302, "/orders/find/?link=gone")
    assert not Message.objects.exists()


def test_too_much_in_a_short_time_is_refused_in_words(client: Client, order: Order) -> None:
    page = order_page_path(order.pk)
    seen = [
        client.post(f"{page}questions/", {"key": f"k{n}", "topic": "other", "text": f"Message {n}"})
        for n in range(13)
    ]
    assert [response.status_code for response in seen] == [302] * 12 + [422]
    assert "Please wait a few minutes" in seen[-1].content.decode()
    assert "Message 12" in seen[-1].content.decode()


def test_a_get_asks_nothing(client: Client, order: Order) -> None:
    page = order_page_path(order.pk)
    assert client.get(f"{page}questions/", {"text": "Hello"})["Location"] == page
    assert not Message.objects.exists()


def test_the_topic_can_come_with_the_address(client: Client, order: Order) -> None:
    panel = client.get(f"{order_page_path(order.pk)}?topic=return").context["help_panels"][-1].context
    assert panel["form"]["topic"].value() == "return"
    panel = client.get(f"{order_page_path(order.pk)}?topic=<nonsense>").context["help_panels"][-1].context
    assert panel["form"]["topic"].value() == "where"


def test_long_after_closing_the_form_asks_for_a_topic_again(client: Client, order: Order) -> None:
    ticket = make_question(order=order, now=clock.now() - timedelta(days=30))
    Ticket.objects.filter(pk=ticket.pk).update(
        state="closed", waiting_since=None, closed_at=clock.now() - timedelta(days=11)
    )
    panel = client.get(order_page_path(order.pk)).context["help_panels"][-1].context
    assert "topic" in panel["form"].fields


def test_three_parcels_and_a_conversation_take_at_most_twelve_queries(client: Client, order: Order) -> None:
    for number, line in enumerate(order.lines.all()):
        fulfilment = fulfil_order(
            order_id=order.pk, key=f"f{number}", actor="test", quantities_by_line={line.pk: 1}
        )
        parcel = register_parcel(order_id=order.pk, key=f"p{number}", actor="test", fulfilment=fulfilment)
        for days in range(3):
            at = clock.now() - timedelta(days=days)
            record_scan(parcel_id=parcel.pk, status="in_transit", occurred_at=at, actor="test")
    make_question(order=order)
    path = order_page_path(order.pk)
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    assert len(caught) <= 12
