"""Taking away what an import wrote of some orders: their rows, and their entries of imported history."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from aftercart.connectors.actions.caches import CHUNK, chunks
from aftercart.kernel.journal.models import Entry

# Children before parents; {0} is the list of order ids.
CHILDREN = (
    "DELETE FROM tracking_scan WHERE parcel_id IN (SELECT id FROM tracking_parcel WHERE order_id IN ({0}))",
    "DELETE FROM tracking_parcelline WHERE parcel_id IN (SELECT id FROM tracking_parcel WHERE order_id IN ({0}))",
    "DELETE FROM tracking_parcel WHERE order_id IN ({0})",
    "DELETE FROM orders_fulfilmentline WHERE fulfilment_id IN "
    "(SELECT id FROM orders_fulfilment WHERE order_id IN ({0}))",
    "DELETE FROM orders_fulfilment WHERE order_id IN ({0})",
    "DELETE FROM orders_payment WHERE order_id IN ({0})",
    "DELETE FROM orders_refund WHERE order_id IN ({0})",
    "DELETE FROM reviews_review WHERE order_id IN ({0}) AND import_id IS NOT NULL",
    "DELETE FROM orders_line WHERE order_id IN ({0})",
)


def clear_orders(order_ids: Sequence[int], *, with_orders: bool = False) -> None:
    """Delete what belongs to imported orders, and the orders themselves when asked.

    The caller has made sure that nobody else wrote to them. Must run in a transaction.
    """
    statements = (*CHILDREN, "DELETE FROM orders_order WHERE id IN ({0})") if with_orders else CHILDREN
    for chunk in chunks(order_ids, CHUNK):
        places = ", ".join(["%s"] * len(chunk))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(places), chunk)
        subjects = [f"order:{order_id}" for order_id in chunk]
        Entry.objects.filter(subject__in=subjects, source__startswith="import:").delete()
