"""The inbox and a question on the desk: who may, what is shown, what is sent, who was faster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.helpdesk.actions import answer_question, close_ticket
from aftercart.helpdesk.inbox import SIZE
from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.testing import make_question
from aftercart.orders.actions import fulfil_order
from aftercart.orders.testing import make_order
from aftercart.stores.models import StaffMember
from aftercart.stores.testing import make_channel, make_member, make_outsider
from aftercart.tracking.actions import register_parcel

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INBOX = "/desk/questions/"


@pytest.fixture
def ben(client: Client) -> StaffMember:
    member = make_member("Ben")
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return member


def page(ticket: Ticket) -> str:
    return f"{INBOX}{ticket.pk}/"


def reply(ticket: Ticket, **values: str) -> dict[str, str]:
    newest = ticket.messages.latest("pk").pk
    return {"key": "form-1", "last_seen": str(newest), "text": "It leaves today.", **values}


def test_an_outsider_and_a_role_without_questions_get_404(client: Client) -> None:
    ticket = make_question()
    for user in (make_outsider(), make_member("Wim", "warehouse").user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for path in (INBOX, page(ticket)):
            assert client.get(path).status_code == 404
        for part in ("answer", "note", "assignee", "state"):
            assert client.post(f"{page(ticket)}{part}/", reply(ticket)).status_code == 404
    assert ticket.messages.count() == 1


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(INBOX)["Location"].startswith("/accounts/login/")


def test_a_viewer_reads_and_cannot_write(client: Client) -> None:
    ticket = make_question()
    client.force_login(
        make_member("Vera", "viewer").user, backend="django.contrib.auth.backends.ModelBackend"
    )
    response = client.get(page(ticket))
    assert response.status_code == 200
    assert "Send and close" not in response.content.decode()
    assert client.post(f"{page(ticket)}answer/", reply(ticket)).status_code == 404


def test_a_member_of_another_channel_sees_nothing_of_this_one(client: Client, ben: StaffMember) -> None:
    ben.channels.add(make_channel("other"))
    ticket = make_question("Where is my apron?")
    assert "Where is my apron?" not in client.get(INBOX).content.decode()
    assert client.get(page(ticket)).status_code == 404


def test_the_longest_waiting_comes_first(client: Client, ben: StaffMember) -> None:
    late = make_question("Second", order=make_order(), now=NOW)
    early = make_question("First", order=make_order(), now=NOW - timedelta(hours=1))
    answered = make_question("Third", order=make_order(), now=NOW - timedelta(hours=2))
    close_ticket(ticket_id=answered.pk, actor="staff:1")
    shown = client.get(INBOX).context["page"].tickets
    assert [ticket.pk for ticket in shown] == [early.pk, late.pk]
    closed = client.get(f"{INBOX}?view=closed").context["page"].tickets
    assert [ticket.pk for ticket in closed] == [answered.pk]
    assert client.get(f"{INBOX}?view=nonsense").context["view"] == "waiting"


def test_an_empty_inbox_says_so(client: Client, ben: StaffMember) -> None:
    assert "Nobody is waiting" in client.get(INBOX).content.decode()
    assert "Nothing found" in client.get(f"{INBOX}?q=zzz").content.decode()


@pytest.mark.parametrize("word", ["sam", "SHOPPER.example", "mh-77", "#MH-77", "where is my"])
def test_search_finds_names_numbers_and_subjects(client: Client, ben: StaffMember, word: str) -> None:
    wanted = make_question(order=make_order(number="MH-77"))
    make_question(order=make_order(number="X-1", email="kim@elsewhere.example", name="Kim"), topic="payment")
    found = client.get(INBOX, {"q": word}).context["page"].tickets
    assert [ticket.pk for ticket in found] == [wanted.pk]


def test_pages_follow_each_other_without_gap_or_repetition(client: Client, ben: StaffMember) -> None:
    orders = [make_order(is_paid=False) for _ in range(SIZE + 3)]
    tickets = [
        make_question(order=order, now=NOW + timedelta(seconds=n // 2)) for n, order in enumerate(orders)
    ]
    for view, expected in (("waiting", tickets), ("all", tickets[::-1])):
        first = client.get(INBOX, {"view": view}).context["page"]
        second = client.get(INBOX, {"view": view, "cursor": first.next}).context["page"]
        assert [t.pk for t in [*first.tickets, *second.tickets]] == [t.pk for t in expected]
        assert second.next == ""
    assert len(client.get(INBOX, {"cursor": "nonsense"}).context["page"].tickets) == SIZE


def test_the_inbox_costs_the_same_queries_for_one_and_for_many(client: Client, ben: StaffMember) -> None:
    make_question(order=make_order())
    with CaptureQueriesContext(connection) as one:
        client.get(INBOX)
    for _ in range(5):
        make_question(order=make_order())
    with CaptureQueriesContext(connection) as many:
        client.get(INBOX)
    assert len(many) == len(one) <= 12


def test_beside_the_question_stand_the_customers_orders_and_story(client: Client, ben: StaffMember) -> None:
    order = make_order(number="MH-7")
    fulfilment = fulfil_order(order_id=order.pk, key="f", actor="test")
    register_parcel(
        order_id=order.pk, key="p", actor="test", carrier="DHL", tracking_number="0034", fulfilment=fulfilment
    )
    ticket = make_question(order=order)
    shown = client.get(page(ticket)).content.decode()
    for word in ("Sam Shopper", "sam@shopper.example", "MH-7", "Order placed", "Carrier informed", "DHL"):
        assert word in shown


def test_an_answer_is_sent_once_and_ends_the_waiting(client: Client, ben: StaffMember) -> None:
    ticket = make_question()
    values = reply(ticket)
    for _ in range(2):
        response = client.post(f"{page(ticket)}answer/", values)
        assert (response.status_code, response["Location"]) == (302, page(ticket))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since, ticket.assignee) == ("pending", None, ben)
    assert ticket.messages.filter(kind="staff").count() == 1


def test_send_and_close(client: Client, ben: StaffMember) -> None:
    ticket = make_question()
    client.post(f"{page(ticket)}answer/", reply(ticket, then="close"))
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_whoever_was_faster_is_shown_before_sending(client: Client, ben: StaffMember) -> None:
    ticket, carla = make_question(), make_member("Carla")
    values = reply(ticket, text="My own draft")
    answer_question(
        ticket_id=ticket.pk, text="Already done", key="c", member=carla, last_seen_id=int(values["last_seen"])
    )
    response = client.post(f"{page(ticket)}answer/", values)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Somebody was faster" in shown
    assert "Already done" in shown
    assert "My own draft" in shown
    assert ticket.messages.filter(kind="staff").count() == 1
    form = response.context["form"].initial
    client.post(
        f"{page(ticket)}answer/", {"key": form["key"], "last_seen": form["last_seen"], "text": form["text"]}
    )
    assert ticket.messages.filter(kind="staff").count() == 2


@pytest.mark.parametrize("part", ["answer", "note"])
def test_nothing_written_is_said_so(client: Client, ben: StaffMember, part: str) -> None:
    ticket = make_question()
    response = client.post(f"{page(ticket)}{part}/", reply(ticket, text="  "))
    assert response.status_code == 422
    assert "Write something first." in response.content.decode()
    assert Message.objects.count() == 1


def test_a_note_stays_inside(client: Client, ben: StaffMember) -> None:
    ticket = make_question(now=NOW)
    client.post(f"{page(ticket)}note/", reply(ticket, text="Call the carrier"))
    ticket.refresh_from_db()
    assert ticket.messages.get(kind="note").text == "Call the carrier"
    assert ticket.waiting_since == NOW


def test_assigning_closing_and_reopening(client: Client, ben: StaffMember) -> None:
    ticket = make_question()
    client.post(f"{page(ticket)}assignee/", {"assignee": str(ben.pk)})
    client.post(f"{page(ticket)}state/", {"state": "closed"})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (ben, "closed")
    client.post(f"{page(ticket)}state/", {"state": "open"})
    client.post(f"{page(ticket)}assignee/", {"assignee": ""})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (None, "open")
    wim = make_member("Wim", "warehouse")
    assert client.post(f"{page(ticket)}assignee/", {"assignee": str(wim.pk)}).status_code == 404


def test_what_shoppers_write_never_becomes_html(client: Client, ben: StaffMember) -> None:
    ticket = make_question("<img src=x onerror=alert(1)>")
    for path in (INBOX, page(ticket)):
        assert "<img src=x" not in client.get(path).content.decode()


def test_a_member_of_some_channels_is_told_of_those_beside_a_question(client: Client) -> None:
    poland = make_channel("poland")
    make_order(number="JP-1", channel=make_channel("japan"))
    ticket = make_question(order=make_order(number="PL-1", channel=poland))
    member = make_member("Ola")
    member.channels.add(poland)
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    told = client.get(page(ticket)).content.decode()
    assert "PL-1" in told
    assert "JP-1" not in told
