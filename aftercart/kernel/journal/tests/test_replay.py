"""Replay: one listener hears everything again from a date, and nobody else does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aftercart.kernel import clock
from aftercart.kernel.journal import actions
from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.kernel.journal.models import DeadLetter, Entry
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.tests.cast import BellRang, ring
from aftercart.kernel.journal.tests.patience import settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_replay_from_a_date_even_while_a_worker_remembers_the_listener_as_idle() -> None:
    first: list[int] = []
    second: list[int] = []

    @on(BellRang, name="test.first")
    def hear_first(recorded: Recorded[BellRang]) -> None:
        first.append(recorded.event.number)

    @on(BellRang, name="test.second")
    def hear_second(recorded: Recorded[BellRang]) -> None:
        second.append(recorded.event.number)

    ensure_listeners()
    ring(1, 2, 3, 4)
    dispatcher = Dispatcher()
    settle(dispatcher)
    yesterday = clock.now() - timedelta(days=1)
    Entry.objects.filter(facts__number__lte=2).update(recorded_at=yesterday - timedelta(hours=1))
    assert actions.replay(listener="test.first", since=yesterday, actor="staff:1") == 2
    settle(dispatcher)
    assert first == [1, 2, 3, 4, 3, 4]
    assert second == [1, 2, 3, 4]


def test_replay_from_after_everything_changes_nothing() -> None:
    heard: list[int] = []

    @on(BellRang, name="test.hear")
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1)
    settle()
    tomorrow = clock.now() + timedelta(days=1)
    assert actions.replay(listener="test.hear", since=tomorrow, actor="staff:1") == 0
    assert settle() == 0


def test_replay_never_skips_what_was_not_heard_yet() -> None:
    heard: list[int] = []

    @on(BellRang, name="test.hear")
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1)
    Entry.objects.update(recorded_at=clock.now() - timedelta(days=2))
    ring(2)
    actions.replay(listener="test.hear", since=clock.now() - timedelta(days=1), actor="staff:1")
    settle()
    assert heard == [1, 2]


def test_replay_closes_the_dead_letters_it_brings_again() -> None:
    is_mended = False
    heard: list[int] = []

    @on(BellRang, name="test.fragile")
    def fragile(recorded: Recorded[BellRang]) -> None:
        if not is_mended:
            raise ValueError("not yet")
        heard.append(recorded.event.number)

    ensure_listeners()
    ring(1)
    settle()
    is_mended = True
    actions.replay(listener="test.fragile", since=clock.now() - timedelta(days=1), actor="staff:1")
    settle()
    assert heard == [1]
    assert DeadLetter.objects.get().resolution == "replayed"


def test_an_unknown_listener_is_refused() -> None:
    with pytest.raises(LookupError, match="nobody"):
        actions.replay(listener="test.nobody", since=clock.now(), actor="staff:1")
