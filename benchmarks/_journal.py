"""The measured part of ``benchmarks.journal``; imported once Django knows its database."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.test.runner import DiscoverRunner

from aftercart.kernel import clock
from aftercart.kernel.journal import listening
from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.listening import Recorded, on, on_batch
from aftercart.kernel.journal.positions import anything_beyond_horizon
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.segment import CartViewed, ProductListViewed, ProductViewed, Tracked, tracked
from aftercart.kernel.journal.track import COLUMNS, TrackedEvent, record_tracked
from aftercart.kernel.work.testing import idle_context

EVENTS = int(os.environ.get("BENCH_EVENTS", "50000"))
BATCH = 500
NAMES = ["Product Viewed", "Cart Viewed", "Product List Viewed"]


def measure() -> None:
    """Print figures for the configured database."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    scratch = runner.setup_databases()
    listening.registry.clear()
    try:
        say(f"{connection.vendor}, {EVENTS} events in batches of {BATCH}")
        bare = rate(
            "bare INSERT ... ON CONFLICT of the same rows, a savepoint-free executemany", bare_inserts
        )
        new = rate("record_tracked", tracked_inserts)
        say(f"ratio to bare inserts: {new / bare:.2f}")
        rare_among_many()
        drained("a listener that takes batches", lambda: on_batch(*KINDS, name="bench.batch")(nothing_batch))
        drained("a listener that takes one at a time", lambda: on(*KINDS, name="bench.one")(nothing))
    finally:
        runner.teardown_databases(scratch)


KINDS = (ProductViewed, CartViewed, ProductListViewed)


def nothing(recorded: Recorded[Tracked]) -> None:
    """Only delivery is measured."""


def nothing_batch(batch: Sequence[Recorded[Tracked]]) -> None:
    """Only delivery is measured."""


def an_event(number: int) -> TrackedEvent:
    return TrackedEvent(
        message_id=uuid.uuid4().hex,
        name=NAMES[number % 3],
        channel_id=1,
        customer_id=number % 2000 if number % 2 else None,
        anonymous_id=f"browser-{number % 5000}",
        occurred_at=clock.now(),
        properties={
            "product_id": str(number % 300),
            "sku": f"SKU-{number % 300}",
            "price": 12.5,
            "currency": "EUR",
        },
    )


def tracked_inserts() -> None:
    for start in range(0, EVENTS, BATCH):
        record_tracked([an_event(number) for number in range(start, start + BATCH)])


def bare_inserts() -> None:
    """What a programmer in a hurry writes: the same columns and indexes, dumped to JSON, per batch."""
    columns = f"{', '.join(COLUMNS)}, subject, source, is_history, recorded_at"
    sql = (
        f"INSERT INTO journal_entry ({columns})"
        f" VALUES ({', '.join(['%s'] * len(COLUMNS))}, '', 'track', %s, %s) ON CONFLICT DO NOTHING"
    )
    for start in range(0, EVENTS, BATCH):
        rows = [bare_row(number) for number in range(start, start + BATCH)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def bare_row(number: int) -> tuple[Any, ...]:
    now = connection.ops.adapt_datetimefield_value(clock.now())
    facts = '{"message_id":"m","properties":{"product_id":"1","sku":"SKU-1","price":12.5,"currency":"EUR"}}'
    who = (number % 2000 if number % 2 else None, f"browser-{number % 5000}", 1, "visitor")
    return (NAMES[number % 3], *who, facts, now, f"bare:{uuid.uuid4().hex}", False, now)


def rare_among_many() -> None:
    """A listener for an event of which there are ten, told from the start."""
    on(tracked("Quiz Finished"), name="bench.rare", from_start=True)(nothing)
    ensure_listeners()
    rare = [
        TrackedEvent(message_id=f"q{n}", name="Quiz Finished", channel_id=1, occurred_at=clock.now())
        for n in range(10)
    ]
    record_tracked(rare)
    seconds, heard = drain()
    say(f"{heard} rare entries found among {2 * EVENTS}: {seconds * 1000:.0f} ms")
    listening.registry.clear()


def drained(what: str, declare: Callable[[], object]) -> None:
    """Let a listener hear everything from the start."""
    declare()
    (name,) = listening.registry
    known = listening.registry[name]
    listening.registry[name] = listening.Listener(
        name=name,
        event_names=known.event_names,
        handle=known.handle,
        batch=known.batch,
        hears_history=True,
        from_start=True,
    )
    ensure_listeners()
    seconds, heard = drain()
    say(f"{what}: {heard / seconds:,.0f} entries/s drained")
    listening.registry.clear()


def drain() -> tuple[float, int]:
    """Seconds and entries until nothing waits."""
    while anything_beyond_horizon():
        time.sleep(0.05)
    dispatcher, started, total = Dispatcher(), time.perf_counter(), 0
    while heard := dispatcher.turn(idle_context()):
        total += heard
    return time.perf_counter() - started, total


def rate(what: str, function: Callable[[], None]) -> float:
    started = time.perf_counter()
    function()
    per_second = EVENTS / (time.perf_counter() - started)
    say(f"{what}: {per_second:,.0f}/s")
    return per_second


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
