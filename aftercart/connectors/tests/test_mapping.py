"""Mapping files: what is wrong is said with its place; unknown files are guessed."""

from __future__ import annotations

import pytest

from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.mapping.guess import Layout, as_toml, guess
from aftercart.connectors.mapping.reading import read_mapping
from aftercart.connectors.mapping.shipped import read_shipped, shipped_names
from aftercart.connectors.tests.samples import SHOP

TOP = 'name = "x"\n[[source]]\nname = "s"\nhas = ["A"]\n'
ORDER = '[order]\nfrom = "s"\nkey = "A"\nplaced_at = "B"\n'


def test_all_shipped_mappings_are_whole() -> None:
    assert shipped_names() == ["olist", "online-retail", "shopify", "woocommerce"]
    for name in shipped_names():
        assert read_shipped(name).name == name


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("name = ", "is not TOML"),
        ('name = "x"', r"has no \[\[source\]\]"),
        (TOP, "fills nothing"),
        (TOP + '[order]\nfrom = "t"\nkey = "A"\nplaced_at = "B"', "order, from: 't' is none of s"),
        (TOP + '[order]\nfrom = "s"\nkey = "A"', "order: says nothing of placed_at"),
        (TOP + '[order]\nfrom = "s"\nkey = "A"\nplaced_at = "B"\ncolour = "C"', "'colour' is not known here"),
        (TOP + '[order]\nfrom = "s"\nkey = "A"\nplaced_at = { }', "order, placed_at: needs exactly one of"),
        (TOP + ORDER + 'total = { column = "T", decimal = ";" }', 'the decimal mark is "." or ","'),
        (TOP + ORDER + 'total = { column = "T", times = "x" }', "times is a number"),
        (TOP + ORDER + 'where = { column = "T" }', "one column and one test"),
        (TOP + ORDER + 'where = { column = "T", like = "x" }', "is no test; tests are above"),
        (TOP + ORDER + 'where = { column = "T", below = "x" }', "below needs a number"),
        ('timezone = "Mars"\n' + TOP + ORDER, "is not a time zone"),
        ('currency = "EURO"\n' + TOP + ORDER, "is not an ISO 4217 currency"),
        (
            TOP + ORDER + '[credit]\nwhen = { column = "Q", below = 0 }\nsame = ["colour"]',
            "credit, same: 'colour'",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(toml: str, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        read_mapping(toml)


def test_a_mapping_is_read_into_typed_values() -> None:
    mapping = read_mapping(SHOP)
    (order,) = mapping.of("order")
    assert order.fields["placed_at"].formats == ("%d.%m.%Y %H:%M",)
    assert order.fields["is_paid"].map == {"paid": "yes"}
    (shipment,) = mapping.of("shipment")
    assert shipment.where is not None
    assert (shipment.where.op, shipment.where.values) == ("is_empty", ("no",))


def test_an_unknown_file_is_guessed_from_headings_and_values() -> None:
    headings = [
        "Invoice No",
        "InvoiceDate",
        "customer_email",
        "SKU",
        "Item name",
        "QTY",
        "Unit-Price",
        "Colour",
    ]
    layout = guess(headings, [["1", "25/12/2026 10:00", "a@b.c", "X", "Cup", "2", "1.234,50", "red"]])
    assert (layout.holds, layout.dates, layout.decimal) == ("orders", "day", ",")
    assert layout.columns == {
        "Invoice No": "order.key",
        "InvoiceDate": "order.placed_at",
        "customer_email": "order.email",
        "SKU": "line.sku",
        "Item name": "line.title",
        "QTY": "line.quantity",
        "Unit-Price": "line.unit_price",
    }


@pytest.mark.parametrize(
    ("headings", "holds"),
    [
        (["Name", "E-mail", "City", "Country"], "customers"),
        (["SKU", "Title", "Price", "Brand"], "products"),
    ],
)
def test_people_and_products_are_told_from_orders(headings: list[str], holds: str) -> None:
    layout = guess(headings, [])
    assert layout.holds == holds
    assert read_mapping(as_toml(layout, "x")).entities


def test_headings_with_quotes_make_a_valid_mapping() -> None:
    odd = 'Say "when"\\ \u2028'
    layout = Layout(holds="customers", columns={odd: "customer.email"})
    (customer,) = read_mapping(as_toml(layout, "x")).of("customer")
    assert customer.fields["email"].columns == (odd,)
