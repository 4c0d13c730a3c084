"""What drain.py measures: the worker's own dispatcher, its listeners' effects in the database included."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence

from django.db import connection

from aftercart.kernel import clock
from aftercart.kernel.journal import listening
from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.listening import Recorded, on, on_batch
from aftercart.kernel.journal.models import Entry, Progress
from aftercart.kernel.journal.positions import anything_beyond_horizon
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.segment import CartViewed, ProductListViewed, ProductViewed, Tracked, tracked
from aftercart.kernel.journal.track import TrackedEvent, record_tracked
from aftercart.kernel.work.testing import idle_context
from benchmarks._report import Figure, note, say, scaled, show

ENTRIES = scaled(200_000, least=2000)
RARE_EVERY = 1000
BATCH = 1000
TARGET = 10_000  # entries a second
PATIENCE = 120  # seconds for other transactions of the same PostgreSQL to end
FREQUENT = (ProductViewed, CartViewed, ProductListViewed)
QuizFinished = tracked("Quiz Finished")
UPSERT = (
    "INSERT INTO bench_counted (name, seen) VALUES (%s, %s)"
    " ON CONFLICT (name) DO UPDATE SET seen = bench_counted.seen + excluded.seen"
)

rare: list[int] = []
by_one: Counter[str] = Counter()


def count(batch: Sequence[Recorded[Tracked]]) -> None:
    """The listener that takes batches: counters in the database, one upsert per name."""
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, sorted(Counter(recorded.event.name for recorded in batch).items()))


def note_rare(recorded: Recorded[Tracked]) -> None:
    """The listener for one event in a thousand."""
    rare.append(recorded.entry_id)


def note_one(recorded: Recorded[Tracked]) -> None:
    """The listener that takes every entry by itself."""
    by_one[recorded.event.name] += 1


def measure() -> None:
    """Entries a second that pass all three listeners, and that each listener hears alone."""
    listening.registry.clear()
    _fill()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_counted (name varchar(80) PRIMARY KEY, seen bigint NOT NULL)")
    _wait_for_horizon()
    everything = (*FREQUENT, QuizFinished)
    declarations: dict[str, Callable[[], object]] = {
        "the batch counter alone": lambda: on_batch(*everything, name="bench.count", from_start=True)(count),
        "the per-entry listener alone": lambda: on(*everything, name="bench.one", from_start=True)(note_one),
        "the rare-event listener alone": lambda: on(QuizFinished, name="bench.rare", from_start=True)(
            note_rare
        ),
    }
    bare_seconds, bare_spent = _bare()
    alone = {what: _drained([declare]) for what, declare in declarations.items()}
    _forget()
    spent = time.process_time()
    seconds = _drained(list(declarations.values()))
    spent = time.process_time() - spent
    _verify()
    _tell(seconds=seconds, spent=spent, bare=(bare_seconds, bare_spent), alone=alone)


def _tell(*, seconds: float, spent: float, bare: tuple[float, float], alone: dict[str, float]) -> None:
    rate = ENTRIES / bare[0]
    say(f"{ENTRIES:,} entries, every {RARE_EVERY}th of them rare; one worker")
    show(
        [
            Figure(
                what="entries past all three listeners",
                ours=ENTRIES / seconds,
                unit="/s",
                target=TARGET,
                baseline=rate,
            ),
            Figure(
                what="the same by this process's time",
                ours=ENTRIES / spent,
                unit="/s",
                baseline=ENTRIES / bare[1],
            ),
            *(
                Figure(what=what, ours=ENTRIES / taken, unit="/s", baseline=rate)
                for what, taken in alone.items()
            ),
        ]
    )
    note("baseline", "one SELECT of all, its facts decoded")


def _fill() -> None:
    now = clock.now()
    for start in range(0, ENTRIES, 5000):
        record_tracked(
            [
                TrackedEvent(
                    message_id=f"message-{number}",
                    name=(QuizFinished if number % RARE_EVERY == 0 else FREQUENT[number % 3]).name,
                    channel_id=1,
                    customer_id=number % 2000 + 1,
                    anonymous_id=f"visitor-{number % 5000}",
                    occurred_at=now,
                    properties={
                        "product_id": str(number % 300),
                        "sku": f"SKU-{number % 300}",
                        "price": 12.5,
                        "currency": "EUR",
                    },
                )
                for number in range(start, min(start + 5000, ENTRIES))
            ]
        )


def _wait_for_horizon() -> None:
    until = time.monotonic() + PATIENCE
    while anything_beyond_horizon():
        if time.monotonic() > until:
            raise SystemExit("a transaction of this PostgreSQL has been open for too long")
        time.sleep(0.1)


def _bare() -> tuple[float, float]:
    """Seconds by the clock and of this process to read the same rows in order, without a listener."""
    started, spent = time.perf_counter(), time.process_time()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xid, id, name, facts, actor, source, occurred_at, is_history, customer_id, channel_id,"
            " anonymous_id FROM journal_entry ORDER BY xid, id"
        )
        read = 0
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                json.loads(row[3])
            read += len(rows)
    if read != ENTRIES:
        raise SystemExit(f"{read} of {ENTRIES} entries were there")
    return time.perf_counter() - started, time.process_time() - spent


def _drained(declarations: Sequence[Callable[[], object]]) -> float:
    """Seconds until listeners, told from the start, have heard everything."""
    for declare in declarations:
        declare()
    ensure_listeners()
    dispatcher, context, started = Dispatcher(), idle_context(), time.perf_counter()
    while dispatcher.turn(context):
        pass
    seconds = time.perf_counter() - started
    listening.registry.clear()
    return seconds


def _forget() -> None:
    """As if nothing had been heard."""
    Progress.objects.all().delete()
    rare.clear()
    by_one.clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bench_counted")


def _verify() -> None:
    """Every listener heard every entry that was its own, once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(seen) FROM bench_counted")
        counted = int(cursor.fetchone()[0])
    expected = (ENTRIES, Entry.objects.filter(name=QuizFinished.name).count(), ENTRIES)
    if (counted, len(set(rare)), by_one.total()) != expected or len(rare) != len(set(rare)):
        raise SystemExit(f"heard {counted}, {len(rare)}, {by_one.total()}; there were {expected}")
