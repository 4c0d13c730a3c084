"""Small files that say much, written by hand for the tests."""

from __future__ import annotations

from pathlib import Path

SHOP = """
name = "corner-shop"
title = "Corner shop"
currency = "EUR"
timezone = "Europe/Warsaw"

[[source]]
name = "orders"
has = ["Order", "Item", "Qty", "Price"]

[order]
from = "orders"
key = "Order"
email = "Mail"
name = "Name"
placed_at = { column = "Date", formats = ["%d.%m.%Y %H:%M"] }
promised_on = "Promised"
is_paid = { column = "Paid", map = { "paid" = "yes" }, otherwise = "no" }
ship_country = "Country"
ship_city = "City"
ship_postcode = "Postcode"
ship_name = "Name"
shipping = { column = "Shipping", decimal = "," }
refunded = { column = "Refunded", decimal = "," }

[line]
from = "orders"
order = "Order"
sku = "Code"
title = "Item"
quantity = "Qty"
unit_price = { column = "Price", decimal = "," }

[shipment]
from = "orders"
where = { column = "Sent", is_empty = false }
order = "Order"
carrier = { value = "InPost" }
tracking_number = "Tracking"
shipped_at = { column = "Sent", formats = ["%d.%m.%Y %H:%M"] }
delivered_at = { column = "Arrived", formats = ["%d.%m.%Y %H:%M"] }
"""

HEADING = (
    "Order;Date;Mail;Name;Country;City;Postcode;Paid;Promised;Shipping;Refunded;"
    "Code;Item;Qty;Price;Sent;Tracking;Arrived"
)
ROWS = (
    "A1;01.03.2025 10:00;Zofia@Example.pl;Zofia Żak;Polska;Łódź;90-001;paid;2025-03-05;9,90;;K1;Kubek;2;25,50;"
    "02.03.2025 09:00;PL1;06.03.2025 00:30",
    "A1;;;;;;;;;;;K2;Łyżka;1;1 249,00;;;",
    "A2;02.03.2025 11:00;sam@example.com;Sam;DE;Berlin;10115;paid;;0;10,00;K1;Kubek;1;25,50;;;",
    "A3;03.03.2025 12:00;zofia@example.PL ;Zofia Żak;PL;Łódź;90-001;open;;0;;K1;Kubek;1;25,50;;;",
)


def write_shop(folder: Path, *rows: str, encoding: str = "utf-8", name: str = "orders.csv") -> Path:
    """A file of the corner shop's export; without ``rows`` its four usual ones."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes("\r\n".join((HEADING, *(rows or ROWS), "")).encode(encoding))
    return path
