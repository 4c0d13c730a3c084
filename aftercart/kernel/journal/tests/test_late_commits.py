"""Entries whose transaction commits late are not skipped: shown with real connections to PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.kernel.journal import listening
from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.positions import anything_beyond_horizon, horizon_age
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.tests.cast import BellRang, Connect, ring
from aftercart.kernel.journal.tests.patience import settle
from aftercart.kernel.work.testing import idle_context

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def tell(other: psycopg.Connection[tuple[object, ...]], number: int) -> None:
    """Write a bell's entry in the other connection's open transaction."""
    other.execute(
        "INSERT INTO journal_entry (name, facts, subject, anonymous_id, actor, source, is_history,"
        " occurred_at, recorded_at) VALUES ('BellRang', jsonb_build_object('number', %s::int), '', '',"
        " 'system', 'app', false, now(), now())",
        [number],
    )


def bells() -> list[int]:
    heard: list[int] = []

    @on(BellRang, name="test.hear")
    def hear(recorded: Recorded[BellRang]) -> None:
        heard.append(recorded.event.number)

    ensure_listeners()
    return heard


def test_an_entry_that_commits_late_is_heard(connect: Connect) -> None:
    heard, slow, dispatcher = bells(), connect(), Dispatcher()
    tell(slow, 1)
    ring(2)
    assert list(Entry.objects.values_list("facts__number", flat=True)) == [2]
    for _ in range(3):
        dispatcher.turn(idle_context())
    assert heard == []
    assert anything_beyond_horizon()
    assert horizon_age() > timedelta()
    slow.commit()
    settle(dispatcher)
    assert heard == [1, 2]


def test_a_transaction_with_a_low_id_and_a_late_commit_is_heard(connect: Connect) -> None:
    """The id is taken early, the transaction number late: the order of ids alone would lose it."""
    heard, slow, dispatcher = bells(), connect(), Dispatcher()
    (low,) = slow.execute("SELECT nextval(pg_get_serial_sequence('journal_entry', 'id'))").fetchall()
    ring(1)
    settle(dispatcher)
    tell(slow, 2)
    slow.execute("UPDATE journal_entry SET id = %s WHERE facts = '{\"number\": 2}'", low)
    slow.commit()
    settle(dispatcher)
    assert heard == [1, 2]
    assert Entry.objects.order_by("id").values_list("facts__number", flat=True)[0] == 2


def test_a_late_rollback_frees_the_others(connect: Connect) -> None:
    heard, slow, dispatcher = bells(), connect(), Dispatcher()
    tell(slow, 1)
    ring(2)
    dispatcher.turn(idle_context())
    slow.rollback()
    settle(dispatcher)
    assert heard == [2]


def test_reading_transactions_hold_nobody_back(connect: Connect) -> None:
    heard, reader = bells(), connect()
    reader.execute("SELECT count(*) FROM journal_entry")
    ring(1)
    settle()
    assert heard == [1]


WRITERS = st.integers(min_value=0, max_value=2)
STEPS = st.lists(
    st.tuples(st.sampled_from(["tell", "tell", "commit", "rollback", "turn"]), WRITERS), max_size=25
)


class Writers:
    """Three connections and what each has told but not yet committed."""

    def __init__(self, connect: Connect) -> None:
        self._connections = [connect() for _ in range(3)]
        self._open: list[list[int]] = [[], [], []]
        self.committed: list[int] = []

    def tell(self, who: int, number: int) -> None:
        tell(self._connections[who], number)
        self._open[who].append(number)

    def commit(self, who: int) -> None:
        self._connections[who].commit()
        self.committed += self._open[who]
        self._open[who] = []

    def rollback(self, who: int) -> None:
        self._connections[who].rollback()
        self._open[who] = []

    def close(self) -> None:
        for one in self._connections:
            one.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_the_interleaving_every_committed_entry_is_heard_once(
    connect: Connect, steps: list[tuple[str, int]]
) -> None:
    listening.registry.clear()
    Entry.objects.all().delete()
    heard, writers, dispatcher = bells(), Writers(connect), Dispatcher()
    for number, (what, who) in enumerate(steps):
        if what == "tell":
            writers.tell(who, number)
        elif what == "turn":
            dispatcher.turn(idle_context())
            assert set(heard) <= set(writers.committed)
        elif what == "commit":
            writers.commit(who)
        else:
            writers.rollback(who)
    writers.close()
    settle(dispatcher)
    assert sorted(heard) == sorted(writers.committed)
