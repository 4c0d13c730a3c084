"""Who knows an order's number and postcode reads what they wrote in this visit, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from aftercart.helpdesk.actions import answer_question
from aftercart.helpdesk.models import Ticket
from aftercart.helpdesk.rules import weaker
from aftercart.helpdesk.testing import make_question
from aftercart.kernel import clock
from aftercart.kernel.links.signing import make_link
from aftercart.orders.models import Order
from aftercart.orders.permissions import FROM_CODE, FROM_LOOKUP, FROM_MAIL, LOOKUP_LIFETIME, order_page_path
from aftercart.orders.testing import make_order
from aftercart.stores.models import StaffMember
from aftercart.stores.testing import make_member

pytestmark = pytest.mark.django_db
SECRET, ANSWER = "My husband must not know of the ring", "He will not, Sam"


@pytest.fixture
def order() -> Order:
    """An order with a conversation that is nobody else's business."""
    order = make_order(number="MH-7")
    ticket = make_question(SECRET, order=order)
    answer(ticket, ANSWER)
    return order


def answer(ticket: Ticket, text: str) -> None:
    member = StaffMember.objects.filter(user__name="Ben").first() or make_member("Ben")
    last = ticket.messages.latest("pk").pk
    answer_question(ticket_id=ticket.pk, text=text, key=f"a{last}", member=member, last_seen_id=last)


def write(client: Client, page: str, text: str, **headers: str) -> str:
    """What the page shows after a message."""
    sent = {"key": text[:20], "topic": "other", "text": text}
    return client.post(f"{page}questions/", sent, headers=headers, follow=True).content.decode()


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_a_neighbour_reads_nothing_before_and_after_writing(
    client: Client, order: Order, headers: dict[str, str]
) -> None:
    page = order_page_path(order.pk, trust=FROM_LOOKUP)
    shown = client.get(page).content.decode()
    assert (SECRET in shown, ANSWER in shown, "/orders/find/code/" in shown) == (False, False, True)
    shown = write(client, page, "I am the neighbour", **headers)
    assert (SECRET in shown, ANSWER in shown, "I am the neighbour" in shown) == (False, False, True)
    refused = client.post(f"{page}questions/", {"key": "k", "text": ""}, headers=headers).content.decode()
    assert (SECRET in refused, ANSWER in refused) == (False, False)
    answer(Ticket.objects.get(), "The code of your gate is 4711")
    assert "4711" not in client.get(page).content.decode()


def test_the_page_does_not_tell_whether_there_is_more(client: Client, order: Order) -> None:
    quiet = order_page_path(make_order(number="MH-8").pk, trust=FROM_LOOKUP)
    busy = order_page_path(order.pk, trust=FROM_LOOKUP)
    panels = [client.get(page).context["help_panels"][-1].context for page in (quiet, busy)]
    assert panels[0]["conversation"] == panels[1]["conversation"]
    assert list(panels[0]["form"].fields) == list(panels[1]["form"].fields) == ["key", "topic", "text"]


def test_another_look_up_is_another_visit(client: Client, order: Order) -> None:
    first, other = order_page_path(order.pk, trust=FROM_LOOKUP), later_look_up(order)
    write(client, first, "From the first visit")
    assert "From the first visit" in client.get(first).content.decode()
    assert "From the first visit" not in client.get(other).content.decode()


def later_look_up(order: Order) -> str:
    """A look-up's page a minute later: its link ends later."""
    later, payload = clock.now() + timedelta(minutes=1), {"o": order.pk, "t": FROM_LOOKUP}
    return f"/o/{make_link('order-page', payload, expires_in=LOOKUP_LIFETIME, now=later)}/"


@pytest.mark.parametrize("trust", [FROM_MAIL, FROM_CODE])
def test_who_reads_the_mails_of_the_order_reads_everything(client: Client, order: Order, trust: str) -> None:
    write(client, order_page_path(order.pk, trust=FROM_LOOKUP), "I am the neighbour")
    shown = client.get(order_page_path(order.pk, trust=trust)).content.decode()
    assert all(text in shown for text in (SECRET, ANSWER, "I am the neighbour"))
    assert "/orders/find/code/" not in shown.partition('id="conversation"')[2]


def test_without_an_address_nothing_could_prove_more(client: Client) -> None:
    order = make_order(number="MP-1", email="")
    page = order_page_path(order.pk, trust=FROM_LOOKUP)
    write(client, page, "When does it come?")
    answer(Ticket.objects.get(), "On Friday")
    assert "On Friday" in client.get(later_look_up(order)).content.decode()


def test_the_team_sees_who_only_looked_up(client: Client, order: Order) -> None:
    ticket = Ticket.objects.get()
    assert ticket.trust == "link"
    write(client, order_page_path(order.pk, trust=FROM_LOOKUP), "I am the neighbour")
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.trust) == (1, "lookup"), "as sure as its weakest message"
    desk = Client()
    desk.force_login(make_member("Bea").user)
    shown = desk.get(f"/desk/questions/{ticket.pk}/").content.decode()
    assert shown.count("perhaps not the customer") == 1


@pytest.mark.parametrize(
    ("one", "other", "left"),
    [
        ("link", "lookup", "lookup"),
        ("lookup", "code", "lookup"),
        ("code", "link", "code"),
        ("unverified", "link", "unverified"),
    ],
)
def test_the_weaker_way_in_counts(one: str, other: str, left: str) -> None:
    assert weaker(one, other) == left
