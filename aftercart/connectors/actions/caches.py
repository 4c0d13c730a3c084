"""What customers remember of their orders, counted anew for those an import touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection

CHUNK = 5_000
RECOUNT = """
    UPDATE customers_customer SET
        orders_count = (SELECT count(*) FROM orders_order o
            WHERE o.customer_id = customers_customer.id AND o.state <> 'cancelled'),
        first_order_at = (SELECT min(placed_at) FROM orders_order o
            WHERE o.customer_id = customers_customer.id AND o.state <> 'cancelled'),
        last_order_at = (SELECT max(placed_at) FROM orders_order o
            WHERE o.customer_id = customers_customer.id AND o.state <> 'cancelled')
    WHERE id IN ({places})
"""


def recount(customer_ids: Iterable[int]) -> None:
    """Bring ``orders_count``, ``first_order_at`` and ``last_order_at`` up to date; cancelled orders do not count."""
    for chunk in chunks(sorted(customer_ids), CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(RECOUNT.format(places=", ".join(["%s"] * len(chunk))), chunk)


def chunks(values: Iterable[int], size: int) -> Iterator[list[int]]:
    """The values in lists of at most ``size``."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
