"""Addresses as their own country writes them, for readers of five languages."""

from __future__ import annotations

import pytest

from aftercart.orders.addresses import Address, address_lines, postcode_key

BERLIN = Address(name="Sam Shopper", line1="Lindenweg 5", city="Berlin", postcode="10115", country="DE")
TOKYO = Address(
    name="山田 花子",
    line1="神宮前1-2-3",
    line2="メゾン101",
    city="渋谷区",
    region="東京都",
    postcode="150-0001",
    country="JP",
)
SHIBUYA = Address(
    name="Hanako Yamada",
    line1="1-2-3 Jingumae",
    city="Shibuya-ku",
    region="Tokyo",
    postcode="150-0001",
    country="JP",
)
AUSTIN = Address(name="Jo", line1="1 Main St", city="Austin", region="TX", postcode="78701", country="US")


@pytest.mark.parametrize(
    ("address", "language", "lines"),
    [
        (BERLIN, "en", ["Sam Shopper", "Lindenweg 5", "10115 Berlin", "Germany"]),
        (BERLIN, "ru", ["Sam Shopper", "Lindenweg 5", "10115 Berlin", "Германия"]),
        (TOKYO, "ja", ["〒150-0001", "東京都渋谷区", "神宮前1-2-3", "メゾン101", "山田 花子", "日本"]),
        (SHIBUYA, "en", ["Hanako Yamada", "1-2-3 Jingumae, Shibuya-ku, Tokyo", "150-0001", "Japan"]),
        (AUSTIN, "pl", ["Jo", "1 Main St", "Austin, TX 78701", "Stany Zjednoczone"]),
        (Address(name="Jo", city="Austin", country="US"), "en", ["Jo", "Austin", "United States"]),
        (Address(name="Jo", city="Nowhere", country="XX"), "en", ["Jo", "Nowhere", "XX"]),
        (Address(city="Nowhere"), "en", ["Nowhere"]),
        (Address(), "th", []),
    ],
)
def test_an_address_reads_as_its_country_writes_it(address: Address, language: str, lines: list[str]) -> None:
    assert address_lines(address, language) == lines


def test_a_postcode_is_compared_without_spaces_and_case() -> None:
    assert postcode_key("sw1a 1aa") == postcode_key("SW1A-1AA") == "SW1A1AA"
