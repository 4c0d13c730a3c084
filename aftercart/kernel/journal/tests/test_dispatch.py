"""Delivery: in order, once, in one transaction with the progress; a failure harms nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, transaction

from aftercart.kernel import clock
from aftercart.kernel.journal import actions
from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.events import Event
from aftercart.kernel.journal.listening import Recorded, on, on_batch
from aftercart.kernel.journal.models import DeadLetter, Entry, Progress
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.journal.tests.cast import BellRang, DoorOpened, ring
from aftercart.kernel.journal.tests.patience import settle
from aftercart.kernel.work.testing import idle_context, until

pytestmark = pytest.mark.django_db(transaction=True)


def recorder(name: str, *, hears_history: bool = False, from_start: bool = False) -> list[int]:
    """Declare a listener to bells and return the list it fills."""
    heard: list[int] = []

    @on(BellRang, name=name, hears_history=hears_history, from_start=from_start)
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)

    return heard


def test_listeners_hear_in_order_and_once() -> None:
    heard = recorder("test.hear")
    ensure_listeners()
    ring(1, 2)
    ring(3)
    assert settle() == 3
    assert settle(Dispatcher()) == 0
    assert heard == [1, 2, 3]


def test_a_listener_gets_the_event_and_its_circumstances() -> None:
    heard: list[Recorded[BellRang]] = []
    on(BellRang, name="test.hear")(heard.append)
    ensure_listeners()
    with transaction.atomic():
        publish(BellRang(number=4, customer_id=7), actor="staff:3", source="api")
    settle()
    (recorded,) = heard
    assert recorded.event == BellRang(number=4, customer_id=7)
    assert (recorded.actor, recorded.customer_id, recorded.source) == ("staff:3", 7, "api")
    assert recorded.occurred_at == Entry.objects.get().occurred_at
    assert recorded.entry_id == Entry.objects.get().pk


def test_only_the_events_asked_for_are_heard() -> None:
    bells = recorder("test.bells")
    everything: list[str] = []

    @on(Event, name="test.everything")
    def hear(recorded: Recorded[Event]) -> None:
        everything.append(recorded.event.name)

    ensure_listeners()
    with transaction.atomic():
        publish(DoorOpened(number=1))
        publish(BellRang(number=2))
    settle()
    assert bells == [2]
    assert everything == ["DoorOpened", "BellRang"]


def test_history_is_heard_by_those_who_ask_for_it() -> None:
    present, both = recorder("test.present"), recorder("test.both", hears_history=True)
    ensure_listeners()
    ring(1, is_history=True)
    ring(2)
    settle()
    assert (present, both) == ([2], [1, 2])


def test_a_new_listener_starts_with_what_happens_next_or_at_the_start() -> None:
    recorder("test.first")
    ring(1, is_history=True)
    ring(2)
    settle()
    new, projection = recorder("test.new"), recorder("test.projection", from_start=True)
    ensure_listeners()
    ring(3)
    settle()
    assert new == [3]
    assert projection == [1, 2, 3]


def test_listeners_publish_for_each_other() -> None:
    heard: list[int] = []

    @on(BellRang, name="test.open")
    def open_door(recorded: Recorded[BellRang]) -> None:
        publish(DoorOpened(number=recorded.event.number))

    @on(DoorOpened, name="test.enter")
    def enter(recorded: Recorded[DoorOpened]) -> None:
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1, 2)
    settle()
    assert heard == [1, 2]


def test_a_failing_entry_becomes_a_dead_letter_and_the_rest_goes_on() -> None:
    heard: list[int] = []

    @on(BellRang, name="test.picky")
    def picky(recorded: Recorded[BellRang]) -> None:
        publish(DoorOpened(number=recorded.event.number))
        if recorded.event.number == 13:
            raise ValueError("thirteen")
        heard.append(recorded.event.number)

    others = recorder("test.others")
    ensure_listeners()
    ring(*range(1, 31))
    settle()
    letter = DeadLetter.objects.get()
    assert letter.entry.facts["number"] == 13
    assert letter.error == "ValueError: thirteen"
    assert "picky" in letter.traceback
    assert letter.next_try_at is not None
    assert others == list(range(1, 31))
    effects = Entry.objects.filter(name="DoorOpened").order_by("id")
    assert [entry.facts["number"] for entry in effects] == [n for n in range(1, 31) if n != 13]


def test_a_failing_listener_does_not_delay_others() -> None:
    """One turn is enough for the healthy listener, although the broken one takes many."""

    @on_batch(BellRang, name="test.broken")
    def broken(batch: object) -> None:
        raise RuntimeError("always")

    heard = recorder("test.healthy")
    ensure_listeners()
    ring(*range(100))
    dispatcher = Dispatcher()

    def turn() -> bool:
        dispatcher.turn(idle_context())
        return bool(heard)

    until(turn)
    assert heard == list(range(100))
    assert DeadLetter.objects.count() < 100
    settle(dispatcher)
    assert DeadLetter.objects.count() == 100


def test_a_dead_letter_is_retried_by_a_person() -> None:
    is_mended = False
    heard: list[int] = []

    @on(BellRang, name="test.fragile")
    def fragile(recorded: Recorded[BellRang]) -> None:
        if not is_mended:
            raise ValueError("not yet")
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1, 2)
    settle()
    assert DeadLetter.objects.open().count() == 2
    assert settle() == 0
    is_mended = True
    assert actions.retry_letters(actor="staff:1", ids=[DeadLetter.objects.earliest("id").pk]) == 1
    assert settle() == 1
    assert heard == [1]
    assert actions.retry_letters(actor="staff:1") == 1
    settle()
    assert heard == [1, 2]
    assert not DeadLetter.objects.open().exists()
    assert set(DeadLetter.objects.values_list("resolution", flat=True)) == {"heard"}


def test_a_dead_letter_is_retried_by_itself_then_left_to_a_person() -> None:
    calls: list[int] = []

    @on(BellRang, name="test.broken")
    def broken(recorded: Recorded[BellRang]) -> None:
        calls.append(recorded.event.number)
        raise ValueError("never")

    ensure_listeners()
    ring(1)
    settle()
    while DeadLetter.objects.filter(next_try_at__isnull=False).update(next_try_at=clock.now()):
        settle()
    letter = DeadLetter.objects.get()
    assert (letter.attempts, letter.next_try_at, letter.resolved_at) == (8, None, None)
    assert len(calls) == 8


def test_a_dead_letter_set_aside_is_never_heard() -> None:
    @on(BellRang, name="test.broken")
    def broken(recorded: Recorded[BellRang]) -> None:
        raise ValueError("never")

    ensure_listeners()
    ring(1)
    settle()
    letter = DeadLetter.objects.get()
    assert actions.set_letters_aside(actor="staff:1", ids=[letter.pk]) == 1
    assert actions.retry_letters(actor="staff:1") == 0
    letter.refresh_from_db()
    assert letter.resolution == "set aside by staff:1"


def test_a_handler_that_hides_a_database_error_is_caught() -> None:
    @on(BellRang, name="test.hides")
    def hides(recorded: Recorded[BellRang]) -> None:
        try:
            Entry.objects.create(id=recorded.entry_id, occurred_at=clock.now(), recorded_at=clock.now())
        except Exception:
            publish(DoorOpened(number=1))

    ensure_listeners()
    ring(1)
    settle()
    heard = Entry.objects.filter(name="DoorOpened").count()
    assert heard + DeadLetter.objects.count() == 1
    assert Progress.objects.get(listener="test.hides").heard == 1


def test_facts_that_no_longer_fit_the_event_become_a_dead_letter() -> None:
    heard = recorder("test.hear")
    ensure_listeners()
    ring(1, 2)
    Entry.objects.filter(facts__number=1).update(facts={"renamed": 1})
    settle()
    assert heard == [2]
    assert "number" in DeadLetter.objects.get().error


def test_a_transient_failure_is_not_blamed_on_the_entry() -> None:
    failures = [OperationalError("deadlock detected"), OperationalError("deadlock detected")]
    heard: list[int] = []

    @on(BellRang, name="test.unlucky")
    def unlucky(recorded: Recorded[BellRang]) -> None:
        if failures:
            raise failures.pop()
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1)
    dispatcher = Dispatcher()

    def heard_it() -> bool:
        dispatcher.turn(idle_context())
        return bool(heard)

    until(heard_it)
    assert not DeadLetter.objects.exists()


def test_a_rolled_back_transaction_is_never_heard() -> None:
    heard = recorder("test.hear")
    ensure_listeners()
    with transaction.atomic():
        publish(BellRang(number=1))
        transaction.set_rollback(True)
    ring(2)
    settle()
    assert heard == [2]


def test_idle_listeners_move_along_so_that_a_new_event_is_not_heard_from_years_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder("test.bells")
    ensure_listeners()
    before = Progress.objects.get(listener="test.bells")
    with transaction.atomic():
        publish(DoorOpened(number=1))
    dispatcher = Dispatcher()
    monkeypatch.setattr("aftercart.kernel.journal.dispatcher.ADVANCE_EVERY", 0.0)
    settle(dispatcher)
    after = Progress.objects.get(listener="test.bells")
    assert (after.xid, after.entry_id) > (before.xid, before.entry_id)
    assert (after.heard, after.generation) == (0, before.generation)


def test_an_idle_turn_is_cheap(django_assert_max_num_queries: object) -> None:
    for number in range(20):
        recorder(f"test.hear{number}")
    ensure_listeners()
    ring(1)
    dispatcher = Dispatcher()
    settle(dispatcher)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        dispatcher.turn(idle_context())


def test_ages_of_letters_are_kept() -> None:
    @on(BellRang, name="test.broken")
    def broken(recorded: Recorded[BellRang]) -> None:
        raise ValueError("never")

    ensure_listeners()
    ring(1)
    settle()
    actions.retry_letters(actor="staff:1")
    settle()
    letter = DeadLetter.objects.get()
    assert letter.attempts == 2
    assert letter.last_failed_at > letter.first_failed_at
    assert letter.next_try_at is not None
    assert letter.next_try_at - letter.last_failed_at > timedelta(minutes=1)
