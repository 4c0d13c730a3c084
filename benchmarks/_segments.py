"""What segments.py measures: who is in a segment, from the stored rule to the count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from aftercart.customers.models import Customer
from aftercart.customers.segments import people
from aftercart.kernel import clock
from aftercart.kernel.rules import read
from aftercart.orders.models import Order
from aftercart.stores.testing import make_channel, make_merchant
from benchmarks._driver import bare_driver
from benchmarks._people import CUSTOMERS, add_people, analyse, without_index
from benchmarks._report import Figure, note, say, show

ORDERS = 3 * CUSTOMERS
TARGET = 8.0  # s
COLUMNS = (
    "channel_id",
    "number",
    "customer_id",
    "email",
    "email_key",
    "phone",
    "language",
    "currency",
    "state",
    "payment_state",
    "fulfilment_state",
    "subtotal_minor",
    "discount_minor",
    "shipping_minor",
    "fee_minor",
    "tax_minor",
    "adjustment_minor",
    "total_minor",
    "paid_minor",
    "refunded_minor",
    "prices_include_tax",
    "discount_code",
    "payment_method",
    "shipping_method",
    "ship_to",
    "bill_to",
    "ship_country",
    "ship_postcode_key",
    "placed_at",
    "cancelled_at",
    "cancel_reason",
    "tags",
    "source",
    "import_digest",
    "created_at",
    "updated_at",
)
RECENT, LONG_AGO = 90, 365  # days
DEAR = 5000  # minor units
RULES: dict[str, dict[str, Any]] = {
    "at least 2 dear orders of late, none cancelled, in 2 countries": {
        "all": [
            {"fact": "customer.country", "op": "is_any_of", "value": ["PL", "DE"]},
            {
                "count": "customer.orders",
                "where": {
                    "all": [
                        {"fact": "order.placed_at", "op": "within_last", "value": {"days": RECENT}},
                        {
                            "fact": "order.total",
                            "op": "at_least",
                            "value": {"minor": DEAR, "currency": "EUR"},
                        },
                    ]
                },
                "op": "at_least",
                "value": 2,
            },
            {
                "none": "customer.orders",
                "where": {"fact": "order.state", "op": "is", "value": "cancelled"},
            },
        ]
    },
    "ordered, but not for a year": {
        "all": [
            {"some": "customer.orders"},
            {
                "none": "customer.orders",
                "where": {"fact": "order.placed_at", "op": "within_last", "value": {"days": LONG_AGO}},
            },
        ]
    },
}
PLAIN = {
    "at least 2 dear orders of late, none cancelled, in 2 countries": (
        "SELECT COUNT(*) FROM customers_customer c WHERE erased_at IS NULL AND country IN ('PL', 'DE')"
        " AND (SELECT COUNT(*) FROM orders_order o WHERE o.customer_id = c.id AND o.placed_at >= %(recent)s"
        " AND o.placed_at <= %(now)s AND o.currency = 'EUR' AND o.total_minor >= %(dear)s) >= 2"
        " AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.customer_id = c.id AND o.state = 'cancelled')"
    ),
    "ordered, but not for a year": (
        "SELECT COUNT(*) FROM customers_customer c WHERE erased_at IS NULL"
        " AND EXISTS (SELECT 1 FROM orders_order o WHERE o.customer_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.customer_id = c.id"
        " AND o.placed_at >= %(long_ago)s AND o.placed_at <= %(now)s)"
    ),
}


def measure() -> None:
    """Seconds to count each segment, and its plain SQL."""
    started, now = time.perf_counter(), clock.now()
    if Customer.objects.count() != CUSTOMERS:
        add_people()
    if Order.objects.count() != ORDERS:
        _add_orders(now)
    note("made", f"{CUSTOMERS:,} customers, {ORDERS:,} orders in {time.perf_counter() - started:.0f} s")
    show(_figure(name, now) for name in RULES)


def _figure(name: str, now: datetime) -> Figure:
    started = time.perf_counter()
    ours = people(read({"version": 1, **RULES[name]}, "customer"), now).count()
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    theirs = _plain(PLAIN[name], now)
    bare = time.perf_counter() - started
    if ours != theirs:
        raise SystemExit(f"{name}: the rule finds {ours}, plain SQL {theirs}")
    return Figure(what=f"{name} ({ours:,} people)", ours=seconds, unit="s", target=TARGET, baseline=bare)


def _plain(statement: str, now: datetime) -> int:
    def moment(days: int) -> Any:
        return connection.ops.adapt_datetimefield_value(now - timedelta(days=days))

    values = {"now": moment(0), "recent": moment(RECENT), "long_ago": moment(LONG_AGO), "dear": DEAR}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def _add_orders(now: datetime) -> None:
    make_merchant()
    channel = make_channel()
    driver = bare_driver()
    with without_index(Order):
        driver.load("orders_order", COLUMNS, _orders(channel.pk, now))
    driver.close()
    analyse()
    say("orders written")


def _orders(channel_id: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Three orders a customer on average, over two years; one in fifty cancelled."""
    for number in range(ORDERS):
        mixed = number * 2_654_435_761 % 2**32
        total, cancelled = 1000 + mixed % 9000, number % 50 == 0
        placed = now - timedelta(minutes=mixed % 1_051_200 + 1)
        state = "cancelled" if cancelled else "completed"
        yield (
            *(channel_id, f"B{number}", mixed // 16 % CUSTOMERS + 1, "", "", "", "en", "EUR", state),
            *("paid", "unfulfilled" if cancelled else "fulfilled"),
            *(total, 0, 0, 0, 0, 0, total, total, 0, True, "", "card", "parcel", "{}", "{}", "DE", ""),
            *(placed, placed if cancelled else None, "", "[]", "bench", "", placed, placed),
        )
