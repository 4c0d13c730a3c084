"""The vocabulary of mapping files: what can be filled, with which kind of value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "key",
    "text",
    "email",
    "country",
    "integer",
    "score",
    "money",
    "datetime",
    "date",
    "boolean",
    "tags",
    "choice",
]


@dataclass(frozen=True, kw_only=True)
class Target:
    """One field of an entity. ``size`` is the most characters kept; ``choices`` the words allowed; ``may_round``
    takes the nearest whole number instead of refusing fractions."""

    kind: Kind
    about: str
    is_required: bool = False
    size: int = 0
    choices: tuple[str, ...] = ()
    may_round: bool = False


def _key(about: str, *, is_required: bool = True) -> Target:
    return Target(kind="key", about=about, is_required=is_required, size=90)


def _text(about: str, size: int = 200, *, is_required: bool = False) -> Target:
    return Target(kind="text", about=about, size=size, is_required=is_required)


def _money(about: str, *, is_required: bool = False) -> Target:
    return Target(kind="money", about=about, is_required=is_required)


def _moment(about: str, *, is_required: bool = False) -> Target:
    return Target(kind="datetime", about=about, is_required=is_required)


def _yes(about: str) -> Target:
    return Target(kind="boolean", about=about)


def _country(about: str) -> Target:
    return Target(kind="country", about=about)


def _address(prefix: str, whose: str) -> dict[str, Target]:
    sizes = {"name": 200, "company": 200, "line1": 200, "line2": 200, "city": 120, "region": 120}
    texts = {f"{prefix}_{part}": _text(f"{whose}: {part}", size) for part, size in sizes.items()}
    return texts | {
        f"{prefix}_postcode": _text(f"{whose}: postcode", 20),
        f"{prefix}_country": _country(f"{whose}: country, ISO code or name"),
        f"{prefix}_phone": _text(f"{whose}: phone", 40),
    }


CUSTOMER = {
    "key": _key("The customer's id in the files", is_required=False),
    "email": Target(kind="email", about="E-mail address; one address is one customer"),
    "name": _text("Full name"),
    "phone": _text("Phone number", 40),
    "language": _text("Language code, such as pl", 10),
    "country": _country("Country, ISO code or name"),
    "city": _text("City", 120),
    "postcode": _text("Postcode", 20),
    "note": _text("A note for the team", 10_000),
    "tags": Target(kind="tags", about="Tags, separated by commas"),
    "created_at": _moment("Customer since"),
    "accepts_marketing": _yes("Agreed to marketing by e-mail"),
}

PRODUCT = {
    "key": _key("The product's id or handle in the files"),
    "alias": _key("A second id under which variants name the product", is_required=False),
    "title": _text("Title", 300, is_required=True),
    "handle": _text("Short name for addresses; made from the title when empty", 180),
    "description": _text("Description", 100_000),
    "vendor": _text("Brand or vendor", 120),
    "kind": _text("Type or category", 120),
    "tags": Target(kind="tags", about="Tags, separated by commas"),
    "status": Target(kind="choice", about="Status", choices=("active", "draft", "archived")),
    "image_url": _text("Address of the main picture", 500),
    "created_at": _moment("Made on"),
}

VARIANT = {
    "product": _key("The product's key or alias"),
    "sku": _text("Stock-keeping unit; made from the product and options when empty", 120),
    "title": _text("Title of the variant", 200),
    "barcode": _text("Barcode", 60),
    "price": _money("Price"),
    "compare_at": _money("Price before"),
    "weight_g": Target(kind="integer", about="Weight in grams", may_round=True),
    "image_url": _text("Address of the picture", 500),
} | {f"option{n}_{part}": _text(f"Option {n}: {part}", 100) for n in (1, 2, 3) for part in ("name", "value")}

ORDER = {
    "key": _key("What makes rows one order: the order's id or number"),
    "number": _text("Number the customer knows; the key when empty", 60),
    "customer": _key("The customer's id in the files", is_required=False),
    "email": Target(kind="email", about="E-mail address"),
    "name": _text("The customer's name"),
    "phone": _text("Phone number", 40),
    "language": _text("Language code, such as pl", 10),
    "currency": _text("Currency code, such as EUR", 3),
    "placed_at": _moment("When it was ordered", is_required=True),
    "promised_on": Target(kind="date", about="Day by which delivery was promised"),
    "is_paid": _yes("Paid in full"),
    "paid_at": _moment("When it was paid"),
    "due": _money("What is still to be paid"),
    "payment_method": _text("Payment method", 80),
    "refunded": _money("Sum given back"),
    "refunded_at": _moment("When it was given back"),
    "is_fulfilled": _yes("Sent in full"),
    "is_cancelled": _yes("Cancelled"),
    "cancelled_at": _moment("When it was cancelled"),
    "cancel_reason": _text("Why it was cancelled", 200),
    "shipping": _money("Shipping costs"),
    "discount": _money("Discount on the whole order"),
    "discount_code": _text("Discount code", 120),
    "tax": _money("Taxes of the whole order"),
    "total": _money("Total; worked out from the lines when empty"),
    "shipping_method": _text("Shipping method", 120),
    "tags": Target(kind="tags", about="Tags, separated by commas"),
    **_address("ship", "Delivery address"),
    **_address("bill", "Billing address"),
}

LINE = {
    "order": _key("The order's key"),
    "kind": Target(kind="choice", about="Kind of line", choices=("product", "fee", "gift_card")),
    "sku": _text("Stock-keeping unit", 120),
    "title": _text("Title; the SKU when empty", 300),
    "quantity": Target(kind="integer", about="Quantity", is_required=True),
    "unit_price": _money("Price of one piece", is_required=True),
    "discount": _money("Discount on this line"),
    "tax": _money("Taxes of this line"),
    "shipping": _money("Shipping costs of this line"),
    "image_url": _text("Address of the picture", 500),
    "is_fulfilled": _yes("This line was sent in full"),
}

PAYMENT = {
    "order": _key("The order's key"),
    "method": _text("Payment method", 80),
    "reference": _text("The provider's reference", 120),
    "amount": _money("Amount", is_required=True),
    "paid_at": _moment("When; the time of the order when empty"),
}

REFUND = {
    "order": _key("The order's key"),
    "amount": _money("Amount", is_required=True),
    "reason": _text("Reason", 200),
    "refunded_at": _moment("When; the time of the order when empty"),
}

SHIPMENT = {
    "order": _key("The order's key"),
    "carrier": _text("Carrier", 80),
    "tracking_number": _text("Tracking number", 80),
    "tracking_url": _text("Tracking page", 500),
    "shipped_at": _moment("When it was handed to the carrier; the time of the order when empty"),
    "delivered_at": _moment("When it was delivered"),
    "is_delivered": _yes("Delivered, at an unknown time"),
    "is_parcel": _yes("A parcel that can be followed; no when only the day of sending is known"),
}

REVIEW = {
    "order": _key("The order's key"),
    "score": Target(kind="score", about="Score, 1 to 5", is_required=True),
    "title": _text("Title", 200),
    "text": _text("Text", 20_000),
    "written_at": _moment("When it was written", is_required=True),
}

ENTITIES: dict[str, dict[str, Target]] = {
    "customer": CUSTOMER,
    "product": PRODUCT,
    "variant": VARIANT,
    "order": ORDER,
    "line": LINE,
    "payment": PAYMENT,
    "refund": REFUND,
    "shipment": SHIPMENT,
    "review": REVIEW,
}
# Values of these kinds that cannot be read are left empty and counted; others reject their row.
LENIENT = frozenset({"email", "country"})
GROUPED = frozenset({"customer", "product", "order"})
OF_ORDER = frozenset({"line", "payment", "refund", "shipment", "review"})
