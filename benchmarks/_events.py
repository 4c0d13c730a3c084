"""What events.py measures: a real server, clients that keep their connections, batches of 500."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connection

from aftercart.customers.models import Customer, Identity
from aftercart.customers.tracking import ANONYMOUS
from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.stores.testing import make_api_token, make_channel, make_merchant
from benchmarks._driver import bare_driver
from benchmarks._report import Figure, note, say, scaled, show
from benchmarks._server import Server, serving

EVENTS = scaled(80_000, least=1000)
CUSTOMERS = scaled(5_000, least=50)
BATCH, CLIENTS = 500, 4
TARGETS = {"postgresql": 5000, "sqlite": 3000}
NAMES = ("Product Viewed", "Product List Viewed", "Product Added", "Cart Viewed")
COPIED = (
    "name, subject, customer_id, anonymous_id, channel_id, actor, source, is_history, facts, occurred_at,"
    " recorded_at, dedupe_key"
)


def measure() -> None:
    """Events a second through HTTP, and the same rows inserted by a loop over the driver."""
    secret, warm, bodies = _prepare()
    with serving() as server:
        _send(server, secret, warm)
        Entry.objects.all().delete()
        Customer.objects.update(last_seen_at=None)
        before, own = server.cpu(), time.process_time()
        started = time.perf_counter()
        _send(server, secret, bodies)
        seconds = time.perf_counter() - started
        spent, own = server.cpu() - before, time.process_time() - own
    _verify()
    bare_seconds, bare_spent = _bare()
    rate, bare = EVENTS / seconds, EVENTS / bare_seconds
    per_second, bare_per_second = EVENTS / spent, EVENTS / bare_spent
    say(f"{EVENTS:,} events in batches of {BATCH}, {CLIENTS} connections, {CUSTOMERS:,} known visitors")
    show(
        [
            Figure(
                what="events by the clock",
                ours=rate,
                unit="/s",
                target=TARGETS[connection.vendor],
                baseline=bare,
            ),
            Figure(what="events by a processor's time", ours=per_second, unit="/s", baseline=bare_per_second),
        ]
    )
    note(
        "processor time per 1,000 events",
        f"server {spent / EVENTS * 1e6:.0f} ms, client {own / EVENTS * 1e6:.0f} ms",
    )


def _prepare() -> tuple[str, list[bytes], list[bytes]]:
    """A shop whose visitors are known; the token, and the requests' bodies."""
    make_merchant()
    channel = make_channel()
    _, secret = make_api_token("track:write", channel=channel)
    now = clock.now()
    customers = Customer.objects.bulk_create(
        [
            Customer(
                name=f"Sam {n}",
                email=f"sam{n}@shopper.example",
                email_key=f"sam{n}@shopper.example",
                created_at=now,
                updated_at=now,
            )
            for n in range(CUSTOMERS)
        ]
    )
    Identity.objects.bulk_create(
        [
            Identity(customer=customer, source=ANONYMOUS, value=f"visitor-{n}", is_proven=True)
            for n, customer in enumerate(customers)
        ]
    )
    warm = [_body(-n * BATCH) for n in range(1, 9)]
    return secret, warm, [_body(start) for start in range(0, EVENTS, BATCH)]


def _body(start: int) -> bytes:
    return json.dumps({"batch": [_message(number) for number in range(start, start + BATCH)]}).encode()


def _message(number: int) -> dict[str, Any]:
    at = clock.now() - timedelta(milliseconds=abs(number) % 5000)
    return {
        "type": "track",
        "messageId": f"message-{number}",
        "anonymousId": f"visitor-{number * 7919 % CUSTOMERS}",
        "event": NAMES[number % len(NAMES)],
        "timestamp": at.isoformat(),
        "context": {"page": {"path": f"/products/{number % 300}", "referrer": "https://search.example/"}},
        "properties": {
            "product_id": str(number % 300),
            "sku": f"SKU-{number % 300}",
            "name": "Linen shirt",
            "price": 49.9,
            "currency": "EUR",
            "quantity": 1,
        },
    }


def _send(server: Server, secret: str, bodies: list[bytes]) -> None:
    """All bodies, over a few kept connections at once."""
    shares = [bodies[start::CLIENTS] for start in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(_post_all, server.port, secret, share) for share in shares]:
            done.result()


def _post_all(port: int, secret: str, bodies: list[bytes]) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    for body in bodies:
        client.request("POST", "/api/v1/batch", body, headers)
        answer = client.getresponse()
        told = answer.read()
        if answer.status != 202 or json.loads(told)["new"] != BATCH:
            raise SystemExit(f"{answer.status}: {told[:300].decode()}")
    client.close()


def _verify() -> None:
    """Every event is in the journal under its customer, and every visitor's profile has noticed."""
    rows = Entry.objects.filter(source="track", customer_id__isnull=False).count()
    told = len({number * 7919 % CUSTOMERS for number in range(EVENTS)})
    seen = Customer.objects.filter(last_seen_at__isnull=False).count()
    if (rows, seen) != (EVENTS, told):
        raise SystemExit(f"{rows} of {EVENTS} events and {seen} of {told} profiles arrived")


def _bare() -> tuple[float, float]:
    """Seconds by the clock and of processors for the same rows, in the same batches, by the driver alone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COPIED} FROM journal_entry ORDER BY id")
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM journal_entry")
    driver = bare_driver()
    marks = ", ".join([driver.mark] * (COPIED.count(",") + 1))
    insert = f"INSERT INTO journal_entry ({COPIED}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    rows = [driver.adapted(row) for row in rows]
    before, started = driver.cpu(), time.perf_counter()
    for start in range(0, EVENTS, BATCH):
        driver.insert_many(insert, rows[start : start + BATCH])
    seconds, spent = time.perf_counter() - started, driver.cpu() - before
    driver.close()
    return seconds, spent
