"""Workers share listeners by their row locks: shown with a second connection that holds one."""

from __future__ import annotations

import pytest

from aftercart.kernel import clock
from aftercart.kernel.journal import actions, letters
from aftercart.kernel.journal.dispatch import Outcome, deliver
from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.listening import Recorded, on, registry
from aftercart.kernel.journal.models import DeadLetter
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.tests.cast import BellRang, Connect, ring
from aftercart.kernel.journal.tests.patience import settle
from aftercart.kernel.work.testing import idle_context, until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LOCK = "SELECT listener FROM journal_progress WHERE listener = 'test.held' FOR UPDATE"


def bells(name: str) -> list[int]:
    heard: list[int] = []

    @on(BellRang, name=name)
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)
        if recorded.event.number == 13:
            raise ValueError("thirteen")

    ensure_listeners()
    return heard


def test_a_listener_that_another_worker_runs_is_passed_over(connect: Connect) -> None:
    held, free = bells("test.held"), bells("test.free")
    ring(1)
    other, dispatcher = connect(), Dispatcher()
    other.execute(LOCK)

    def free_heard() -> bool:
        dispatcher.turn(idle_context())
        return free == [1]

    until(free_heard)
    assert held == []
    assert deliver(registry["test.held"], size=10).outcome is Outcome.BUSY
    other.rollback()
    settle(dispatcher)
    assert held == [1]


def test_a_dead_letter_is_not_tried_while_its_listener_runs(connect: Connect) -> None:
    heard = bells("test.held")
    ring(13)
    settle()
    actions.retry_letters(actor="staff:1")
    other = connect()
    other.execute(LOCK)
    assert letters.retry_due(now=clock.now(), should_stop=lambda: False) == 0
    other.rollback()
    assert letters.retry_due(now=clock.now(), should_stop=lambda: False) == 1
    assert heard == [13, 13]
    assert DeadLetter.objects.get().attempts == 2
