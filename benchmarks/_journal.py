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
        say(f"{connection.vendor}, {2 * EVENTS} events in batches of {BATCH}")
        inserts()
        rare_among_many()
        on_batch(*KINDS, name="bench.batch", from_start=True)(nothing_batch)
        drained("a listener that takes batches")
        on(*KINDS, name="bench.one", from_start=True)(nothing)
        drained("a listener that takes one at a time")
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


def inserts() -> None:
    """Both ways in turns, so that neither has the smaller table."""
    bare = new = 0.0
    for _ in range(4):
        bare += timed(bare_inserts)
        new += timed(tracked_inserts)
    say(f"bare INSERT ... ON CONFLICT of such rows by executemany: {EVENTS / bare:,.0f}/s")
    say(f"record_tracked: {EVENTS / new:,.0f}/s")
    say(f"ratio to bare inserts: {bare / new:.2f}")


def tracked_inserts() -> None:
    for start in range(0, EVENTS // 4, BATCH):
        record_tracked([an_event(number) for number in range(start, start + BATCH)])


def bare_inserts() -> None:
    """What a programmer in a hurry writes: the same columns and indexes, dumped to JSON, per batch."""
    columns = f"{', '.join(COLUMNS)}, subject, source, is_history, recorded_at"
    sql = (
        f"INSERT INTO journal_entry ({columns})"
        f" VALUES ({', '.join(['%s'] * len(COLUMNS))}, '', 'track', %s, %s) ON CONFLICT DO NOTHING"
    )
    for start in range(0, EVENTS // 4, BATCH):
        rows = [bare_row(number) for number in range(start, start + BATCH)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def bare_row(number: int) -> tuple[Any, ...]:
    now = connection.ops.adapt_datetimefield_value(clock.now())
    properties = '{"product_id":"250","sku":"SKU-250","price":12.5,"currency":"EUR"}'
    facts = f'{{"message_id":"{uuid.uuid4().hex}","properties":{properties},"kind":"track"}}'
    who = (number % 2000 if number % 2 else None, f"browser-{number % 5000}", 1, "visitor")
    return (NAMES[number % 3], *who, facts, now, f"bare:{uuid.uuid4().hex}", False, now)


def rare_among_many() -> None:
    """A listener for an event of which there are ten, told from the start."""
    on(tracked("Quiz Finished"), name="bench.rare", from_start=True)(nothing)
    ensure_listeners()
    now = clock.now()
    record_tracked(
        [
            TrackedEvent(message_id=f"q{n}", name="Quiz Finished", channel_id=1, occurred_at=now)
            for n in range(10)
        ]
    )
    seconds, heard = drain()
    say(f"{heard} rare entries found among {2 * EVENTS}: {seconds * 1000:.0f} ms")
    listening.registry.clear()


def drained(what: str) -> None:
    """Let the declared listener hear everything from the start."""
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


def timed(function: Callable[[], None]) -> float:
    """Seconds by the clock."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
