"""Undoing: all that was added goes, what was touched stays and is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftercart.catalog.models import Product, Variant
from aftercart.connectors.actions import ask_to_undo, undo_import
from aftercart.connectors.models import Run, RunState
from aftercart.connectors.testing import import_files
from aftercart.connectors.tests.samples import ROWS, SHOP, write_shop
from aftercart.customers.models import Customer, Identity
from aftercart.customers.testing import make_customer
from aftercart.kernel.journal.models import Entry
from aftercart.orders.actions import note_order
from aftercart.orders.models import Fulfilment, Line, Order, Payment, Refund
from aftercart.orders.rules import Refused
from aftercart.tracking.models import Parcel, Scan

pytestmark = pytest.mark.django_db

WITH_PRODUCTS = (
    SHOP
    + """
[[product]]
from = "orders"
key = "Code"
title = "Item"

[[variant]]
from = "orders"
product = "Code"
sku = "Code"
price = { column = "Price", decimal = "," }
"""
)


def undo(run: Run) -> Run:
    return undo_import(run=ask_to_undo(run_id=run.pk), actor="staff:1")


def test_everything_an_import_added_goes(tmp_path: Path) -> None:
    run = import_files(WITH_PRODUCTS, write_shop(tmp_path))
    assert Line.objects.filter(variant__isnull=False).count() == 4
    undone = undo(run)
    for model in (
        Order,
        Line,
        Payment,
        Refund,
        Fulfilment,
        Parcel,
        Scan,
        Customer,
        Identity,
        Product,
        Variant,
    ):
        assert not model._default_manager.exists(), model
    assert not Entry.objects.filter(source=run.source).exists()
    assert undone.state == RunState.UNDONE
    assert undone.report["undone"] == {"orders": 3, "customers": 2, "variants": 2, "products": 2}
    assert undone.report["undo_kept"] == {}
    event = Entry.objects.get(name="ImportUndone")
    assert (event.facts["orders_removed"], event.facts["orders_kept"]) == (3, 0)


def test_what_somebody_touched_stays_with_its_history(tmp_path: Path) -> None:
    run = import_files(WITH_PRODUCTS, write_shop(tmp_path))
    order = Order.objects.get(number="A1")
    note_order(order_id=order.pk, text="Called about the spoon", actor="staff:2")
    undone = undo(run)
    assert list(Order.objects.values_list("number", flat=True)) == ["A1"]
    assert undone.report["undo_kept"] == {
        "orders: something happened to it since: see its journal": 1,
        "customers: the customer has other orders or has been in touch": 1,
        "variants: it is in an order, or was changed since": 2,
        "products: it is in an order, or was changed since": 2,
    }
    zofia = Customer.objects.get()
    assert (zofia.email_key, zofia.orders_count) == ("zofia@example.pl", 1)
    assert Entry.objects.about(f"order:{order.pk}").filter(source=run.source).count() == 5
    assert order.lines.count() == 2


def test_a_customer_the_shop_knew_before_stays_and_is_recounted(tmp_path: Path) -> None:
    make_customer("Sam Shopper", email="sam@example.com")
    run = import_files(SHOP, write_shop(tmp_path))
    sam = Customer.objects.get(email_key="sam@example.com")
    assert (sam.orders_count, sam.name, sam.city) == (1, "Sam Shopper", "Berlin")
    undo(run)
    sam.refresh_from_db()
    assert (sam.orders_count, sam.first_order_at) == (0, None)


def test_orders_a_later_import_changed_stay(tmp_path: Path) -> None:
    first = import_files(SHOP, write_shop(tmp_path))
    import_files(SHOP, write_shop(tmp_path, *ROWS[:3], ROWS[3].replace(";open;", ";paid;")))
    undo(first)
    assert list(Order.objects.values_list("number", flat=True)) == ["A3"]


def test_after_undoing_the_same_files_can_be_imported_again(tmp_path: Path) -> None:
    path = write_shop(tmp_path)
    undo(import_files(SHOP, path))
    again = import_files(SHOP, path)
    assert again.counts["orders_added"] == 3
    with pytest.raises(Refused, match="undone"):
        undo(undo(again))
