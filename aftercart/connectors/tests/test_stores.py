"""The exports of Shopify and WooCommerce, in the columns they really have."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftercart.catalog.models import Product, Variant
from aftercart.connectors.testing import import_files, shared_data
from aftercart.customers.models import Consent, Customer
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Order

FILES = Path(__file__).parent / "files"
SHOPIFY = shared_data("shopify")
SHARED = "the shared real data is not on this machine: set AFTERCART_SHARED_DATA to its folder"

pytestmark = pytest.mark.django_db


def test_shopify_orders_span_rows_and_keep_their_money() -> None:
    run = import_files("shopify", FILES / "shopify_orders.csv")
    assert run.counts["orders_added"] == 4
    assert run.report["rejected"] == 0
    first = Order.objects.get(number="#1001")
    assert (first.currency, first.subtotal_minor, first.discount_minor, first.shipping_minor) == (
        "EUR",
        6000,
        200,
        490,
    )
    assert (first.tax_minor, first.prices_include_tax, first.total_minor, first.adjustment_minor) == (
        1004,
        True,
        6290,
        0,
    )
    assert (first.payment_state, first.fulfilment_state, first.state) == ("paid", "partial", "open")
    assert list(first.lines.values_list("sku", "quantity", "fulfilled_quantity")) == [
        ("APR-G", 2, 2),
        ("SPO", 1, 0),
    ]
    assert first.placed_at == datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
    assert (first.ship_to["postcode"], first.ship_to["phone"], first.tags) == (
        "10115",
        "+4930123",
        ["vip", "spring"],
    )
    assert first.fulfilments.count() == 1
    assert not first.parcels.exists()


def test_shopify_states_follow_from_status_and_balance() -> None:
    import_files("shopify", FILES / "shopify_orders.csv")
    second = Order.objects.get(number="#1002")
    assert (second.prices_include_tax, second.total_minor, second.adjustment_minor) == (False, 2700, 0)
    assert (second.payment_state, second.paid_minor, second.refunded_minor) == ("partly_refunded", 2700, 700)
    assert (second.state, second.fulfilment_state) == ("completed", "fulfilled")
    third = Order.objects.get(number="#1003")
    assert (third.state, third.payment_state, third.lines.get().cancelled_quantity) == (
        "cancelled",
        "pending",
        1,
    )
    fourth = Order.objects.get(number="#1004")
    assert (fourth.payment_state, fourth.paid_minor) == ("partly_paid", 4000)
    joe = Customer.objects.get(email_key="joe@example.com")
    assert joe.orders_count == 2
    names = Entry.objects.timeline(customer_id=joe.pk).values_list("name", flat=True)
    assert "OrderCancelled" in names


def test_shopify_customers_meet_their_orders() -> None:
    import_files("shopify", FILES / "shopify_customers.csv", FILES / "shopify_orders.csv")
    mia = Customer.objects.get(email_key="mia@example.com")
    assert (mia.name, mia.city, mia.country, mia.note, mia.tags) == (
        "Mia Berg",
        "Berlin",
        "DE",
        "Likes green",
        ["vip", "berlin"],
    )
    assert (mia.orders_count, mia.identities.get().value) == (1, "8001")
    assert Consent.objects.get(customer=mia).is_granted
    ann = Customer.objects.get(name="Ann Lee")
    assert (ann.email_key, ann.identities.get().value, ann.orders_count) == (None, "8002", 0)


def test_shopify_products_with_the_new_columns() -> None:
    import_files("shopify", FILES / "shopify_products_new.csv")
    apron = Product.objects.get(handle="linen-apron")
    assert (apron.title, apron.vendor, apron.tags, apron.status) == (
        "Linen apron",
        "Mira",
        ["kitchen", "linen"],
        "active",
    )
    assert apron.image_url == "https://img.example/apron.jpg"
    variants = list(
        apron.variants.values_list("sku", "title", "price_minor", "compare_at_minor", "barcode", "weight_g")
    )
    assert variants == [
        ("APR-G", "Green / M", 2400, 3000, "4006381333931", 210),
        ("APR-R", "Red / M", 2400, None, "", 210),
    ]
    spoon = Product.objects.get(handle="oak-spoon")
    assert (spoon.status, spoon.variants.get().title, spoon.variants.get().options) == ("draft", "", {})


@pytest.mark.skipif(SHOPIFY is None, reason=SHARED)
def test_shopify_sample_products_with_the_old_columns() -> None:
    assert SHOPIFY is not None
    run = import_files("shopify", SHOPIFY, currency="USD")
    assert run.report["rejected"] == 0
    assert (Product.objects.count(), Variant.objects.count()) == (40, 43)
    pot = Product.objects.get(handle="clay-plant-pot")
    assert (pot.title, pot.vendor, pot.kind, pot.tags) == (
        "Clay Plant Pot",
        "Company 123",
        "Outdoor",
        ["Pot", "Plants"],
    )
    assert list(pot.variants.values_list("sku", "title", "price_minor", "currency")) == [
        ("clay-plant-pot-regular", "Regular", 999, "USD"),
        ("clay-plant-pot-large", "Large", 1599, "USD"),
    ]


def test_woocommerce_products_and_their_variations() -> None:
    run = import_files("woocommerce", FILES / "woocommerce_products.csv", currency="PLN")
    assert run.report["rejected"] == 0
    tee = Product.objects.get(title="T-shirt")
    assert (tee.kind, tee.tags, tee.image_url) == (
        "Clothing > T-shirts",
        ["cotton", "summer"],
        "https://img.example/tee.jpg",
    )
    variants = list(tee.variants.values_list("sku", "title", "price_minor", "compare_at_minor", "weight_g"))
    assert variants == [("TEE-S", "S", 1500, 2000, 200), ("TEE-M", "M", 2000, None, 210)]
    assert tee.variants.get(sku="TEE-M").options == {"Size": "M"}
    book = Product.objects.get(title="E-book")
    assert (book.status, book.variants.get().sku, book.variants.get().price_minor) == ("draft", "e-book", 999)


def test_woocommerce_customers_report() -> None:
    import_files("woocommerce", FILES / "woocommerce_customers.csv")
    mia = Customer.objects.get(email_key="mia@example.com")
    assert (mia.name, mia.country, mia.created_at) == (
        "Mia Berg",
        "DE",
        datetime(2023, 1, 15, 9, 0, tzinfo=UTC),
    )
    guest = Customer.objects.get(email_key="guest@example.com")
    assert (guest.city, guest.orders_count) == ("Łódź", 0)
