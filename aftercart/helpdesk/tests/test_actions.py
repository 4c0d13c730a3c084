"""State and journal after each action, and what twice, late and at once do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from aftercart.helpdesk.actions import (
    answer_question,
    ask_question,
    assign_ticket,
    close_ticket,
    note_ticket,
    reopen_ticket,
)
from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.rules import Overtaken
from aftercart.helpdesk.testing import make_question
from aftercart.kernel.journal.models import Entry
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_channel, make_member

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def story(ticket: Ticket) -> list[str]:
    entries = Entry.objects.filter(subject=f"ticket:{ticket.pk}").order_by("id")
    return list(entries.values_list("name", flat=True))


def newest(ticket: Ticket) -> int:
    return ticket.messages.latest("pk").pk


@pytest.mark.django_db
def test_a_question_opens_a_ticket_that_waits() -> None:
    ticket = make_question("  Where is\r\nmy apron? ", now=NOW)
    assert (ticket.state, ticket.waiting_since, ticket.trust) == ("open", NOW, "link")
    assert ticket.subject.startswith("Where is my order? · T")
    message = ticket.messages.get()
    assert (message.kind, message.text, message.author_name) == (
        "customer",
        "Where is\nmy apron?",
        "Sam Shopper",
    )
    assert story(ticket) == ["TicketOpened", "MessageReceived"]
    received = Entry.objects.get(name="MessageReceived")
    assert received.customer_id == ticket.customer_id
    assert received.facts["is_first"] is True


@pytest.mark.django_db
def test_the_same_form_posted_twice_is_one_message() -> None:
    order = make_order()
    first = ask_question(order_id=order.pk, text="Hello", key="form-1", actor="shopper:1")
    again = ask_question(order_id=order.pk, text="Hello", key="form-1", actor="shopper:1")
    assert first.pk == again.pk
    assert Ticket.objects.count() == Message.objects.count() == 1
    assert Entry.objects.filter(name="MessageReceived").count() == 1


@pytest.mark.django_db
def test_one_orders_key_is_not_anothers() -> None:
    one, other = make_order(), make_order()
    ask_question(order_id=one.pk, text="Mine", key="k", actor="shopper:1")
    ask_question(order_id=other.pk, text="Also mine", key="k", actor="shopper:1")
    assert Message.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "topic"), [("", "other"), ("x" * 5001, "other"), ("Hi", "nonsense")])
def test_a_refused_question_leaves_no_trace(text: str, topic: str) -> None:
    order = make_order()
    with pytest.raises(Refused):
        ask_question(order_id=order.pk, text=text, topic=topic, key="k", actor="shopper:1")
    assert not Ticket.objects.exists()
    assert not Entry.objects.filter(name="TicketOpened").exists()


@pytest.mark.django_db
def test_writing_again_goes_on_and_keeps_the_first_waiting_time() -> None:
    ticket = make_question(now=NOW)
    make_question("Hello?", order=ticket.order, now=NOW + timedelta(hours=3))
    ticket.refresh_from_db()
    assert ticket.waiting_since == NOW
    assert ticket.last_message_at == NOW + timedelta(hours=3)
    assert story(ticket) == ["TicketOpened", "MessageReceived", "MessageReceived"]


@pytest.mark.django_db
def test_an_answer_ends_the_waiting_and_takes_the_ticket() -> None:
    ben, ticket = make_member(), make_question(now=NOW)
    answer = answer_question(
        ticket_id=ticket.pk,
        text="It leaves today.",
        key="a",
        member=ben,
        last_seen_id=newest(ticket),
        now=NOW + timedelta(minutes=10),
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since, ticket.assignee) == ("pending", None, ben)
    assert ticket.first_answered_at == answer.sent_at
    assert (answer.kind, answer.author_name, answer.actor) == ("staff", "Ben", f"staff:{ben.pk}")
    assert story(ticket)[2:] == ["TicketAnswered", "TicketAssigned"]
    facts = Entry.objects.get(name="TicketAnswered").facts
    assert (facts["waited_s"], facts["is_first"]) == (600, True)


@pytest.mark.django_db
def test_the_same_answer_posted_twice_is_one() -> None:
    ben, ticket = make_member(), make_question()
    for _ in range(2):
        answer_question(ticket_id=ticket.pk, text="Yes", key="a", member=ben, last_seen_id=newest(ticket))
    assert ticket.messages.filter(kind="staff").count() == 1
    assert Entry.objects.filter(name="TicketAnswered").count() == 1


@pytest.mark.django_db
def test_an_answer_is_held_back_when_somebody_was_faster() -> None:
    ben, carla, ticket = make_member("Ben"), make_member("Carla"), make_question()
    seen = newest(ticket)
    answer_question(ticket_id=ticket.pk, text="I did", key="a", member=carla, last_seen_id=seen)
    with pytest.raises(Overtaken):
        answer_question(ticket_id=ticket.pk, text="Me too", key="b", member=ben, last_seen_id=seen)
    assert ticket.messages.filter(kind="staff").count() == 1
    answer_question(ticket_id=ticket.pk, text="Me too", key="b", member=ben, last_seen_id=newest(ticket))
    ticket.refresh_from_db()
    assert ticket.assignee == carla


@pytest.mark.django_db
def test_notes_neither_overtake_nor_end_the_waiting() -> None:
    ben, carla, ticket = make_member("Ben"), make_member("Carla"), make_question(now=NOW)
    seen = newest(ticket)
    for _ in range(2):
        note_ticket(ticket_id=ticket.pk, text="Calling the carrier", key="n", member=carla)
    ticket.refresh_from_db()
    assert ticket.waiting_since == NOW
    assert story(ticket)[2:] == ["TicketNoted"]
    answer_question(ticket_id=ticket.pk, text="We are on it", key="a", member=ben, last_seen_id=seen)


@pytest.mark.django_db
def test_send_and_close_then_the_customer_writes_again() -> None:
    ben, ticket = make_member(), make_question(now=NOW)
    answer_question(
        ticket_id=ticket.pk,
        text="Done",
        key="a",
        member=ben,
        last_seen_id=newest(ticket),
        closes=True,
        now=NOW,
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("closed", NOW)
    soon = make_question("One more", order=ticket.order, now=NOW + timedelta(days=9))
    assert (soon.pk, soon.state, soon.closed_at) == (ticket.pk, "open", None)
    assert story(ticket)[-2:] == ["TicketReopened", "MessageReceived"]


@pytest.mark.django_db
def test_long_after_closing_a_new_ticket_follows_the_old() -> None:
    ticket = make_question(now=NOW)
    close_ticket(ticket_id=ticket.pk, actor="staff:1", now=NOW)
    late = make_question("It broke", order=ticket.order, topic="wrong", now=NOW + timedelta(days=10))
    assert late.pk != ticket.pk
    assert late.follows_id == ticket.pk
    assert Entry.objects.filter(name="TicketOpened").latest("id").facts["follows_id"] == ticket.pk


@pytest.mark.django_db
def test_closing_and_reopening_say_who_waits() -> None:
    ben, ticket = make_member(), make_question(now=NOW)
    for _ in range(2):
        close_ticket(ticket_id=ticket.pk, actor="staff:1")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since) == ("closed", None)
    for _ in range(2):
        reopen_ticket(ticket_id=ticket.pk, actor="staff:1")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since, ticket.closed_at) == ("open", NOW, None)
    answer_question(
        ticket_id=ticket.pk, text="Ok", key="a", member=ben, last_seen_id=newest(ticket), closes=True
    )
    reopen_ticket(ticket_id=ticket.pk, actor="staff:1")
    ticket.refresh_from_db()
    assert ticket.waiting_since is None
    assert story(ticket).count("TicketClosed") == 2
    assert story(ticket).count("TicketReopened") == 2


@pytest.mark.django_db
def test_assigning_keeps_to_the_channel() -> None:
    ben, carla, ticket = make_member("Ben"), make_member("Carla"), make_question()
    carla.channels.add(make_channel("other"))
    for _ in range(2):
        assign_ticket(ticket_id=ticket.pk, assignee_id=ben.pk, actor="staff:1")
    with pytest.raises(Refused, match="do not work"):
        assign_ticket(ticket_id=ticket.pk, assignee_id=carla.pk, actor="staff:1")
    assign_ticket(ticket_id=ticket.pk, assignee_id=None, actor="staff:1")
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert story(ticket)[2:] == ["TicketAssigned", "TicketAssigned"]


@pytest.mark.django_db
def test_the_database_refuses_a_closed_ticket_that_waits() -> None:
    ticket = make_question()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(state="closed")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("keys", "messages"), [("same", 1), ("key-{}", 6)])
def test_two_at_once_share_one_ticket(keys: str, messages: int) -> None:
    order = make_order()

    def ask(index: int) -> None:
        ask_question(order_id=order.pk, text="Hello", key=keys.format(index), actor="shopper:1")

    at_once(ask, 6)
    assert Ticket.objects.count() == 1
    assert Message.objects.count() == messages


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_told() -> None:
    ticket = make_question()
    members = [make_member("Ben"), make_member("Carla")]
    seen, refused = newest(ticket), []

    def answer(index: int) -> None:
        try:
            answer_question(
                ticket_id=ticket.pk, text="Hello", key=f"a{index}", member=members[index], last_seen_id=seen
            )
        except Overtaken:
            refused.append(index)

    at_once(answer, 2)
    assert len(refused) == 1
    assert ticket.messages.filter(kind="staff").count() == 1


def at_once(work: Callable[[int], None], count: int) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(count)

    def run(index: int) -> None:
        try:
            start.wait(timeout=10)
            work(index)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
