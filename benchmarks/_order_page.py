"""What order_page.py measures, once Django is set up."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.helpdesk.testing import make_question
from aftercart.kernel import clock
from aftercart.orders.actions import fulfil_order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import line, make_order
from aftercart.tracking.actions import record_scan, register_parcel

ROUNDS = 200
PARCELS = 3
SCANS = 6


def measure() -> None:
    """Print the server time of the page and of the lightest page of the same layout, in milliseconds."""
    call_command("migrate", verbosity=0)
    path, client = prepare(), Client(headers={"host": "127.0.0.1"})
    timed(lambda: client.get(path), rounds=10)
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    queries = len(caught)
    page = timed(lambda: client.get(path))
    light = timed(lambda: client.get("/orders/find/"))
    print(f"{'':<14}{'median':>9}{'p95':>9}{'cpu':>9}   ms")
    print(f"{'order page':<14}{page[0]:>9.1f}{page[1]:>9.1f}{page[2]:>9.1f}   {queries} queries")
    print(f"{'look-up page':<14}{light[0]:>9.1f}{light[1]:>9.1f}{light[2]:>9.1f}")
    print(f"{'ratio':<14}{page[0] / light[0]:>9.1f}{page[1] / light[1]:>9.1f}{page[2] / light[2]:>9.1f}")


def prepare() -> str:
    """An order in three parcels, late, with a question; its page's path."""
    order = make_order(lines=tuple(line(f"Thing {number}", 2, 1250) for number in range(PARCELS)))
    for number, ordered in enumerate(order.lines.all()):
        fulfilment = fulfil_order(
            order_id=order.pk, key=f"f{number}", actor="bench", quantities_by_line={ordered.pk: 2}
        )
        parcel = register_parcel(
            order_id=order.pk,
            key=f"p{number}",
            actor="bench",
            carrier="DHL",
            tracking_number=f"0034{number}",
            fulfilment=fulfilment,
            promised_on=(clock.now() - timedelta(days=2)).date(),
        )
        for days in range(SCANS):
            at = clock.now() - timedelta(days=days)
            record_scan(
                parcel_id=parcel.pk, status="in_transit", occurred_at=at, actor="bench", place="Leipzig"
            )
    make_question(order=order)
    return order_page_path(order.pk)


def timed(work: Callable[[], object], *, rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Median and 95th percentile of a call by the clock, and its mean processor time, in milliseconds."""
    taken, before = [], time.process_time()
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    cpu = (time.process_time() - before) * 1000 / rounds
    return taken[rounds // 2], taken[rounds * 95 // 100], cpu
