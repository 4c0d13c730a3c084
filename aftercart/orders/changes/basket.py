"""An order as figures, and what each kind of change makes of it. Pure: no Django, no clock, no database.

Amounts are integer minor units. Shares round half-even at the line; everything else is a sum, so totals are
exact whatever is done to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from typing import Any

FEE = "fee"
MIXED_RATES = Fraction(1, 200)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of the order. ``id`` is none while it is not stored."""

    id: int | None
    position: int
    kind: str
    variant_id: int | None
    sku: str
    title: str
    image_url: str
    quantity: int
    unit_minor: int
    discount_minor: int = 0
    tax_minor: int = 0
    fulfilled: int = 0
    cancelled: int = 0
    refunded: int = 0

    @property
    def total_minor(self) -> int:
        return self.quantity * self.unit_minor - self.discount_minor

    @property
    def open(self) -> int:
        """Neither sent nor cancelled."""
        return self.quantity - self.fulfilled - self.cancelled


@dataclass(frozen=True, kw_only=True)
class Ware:
    """Something of the catalogue that may come into a basket, at its price of today."""

    variant_id: int
    sku: str
    title: str
    image_url: str
    unit_minor: int


@dataclass(frozen=True, kw_only=True)
class Basket:
    """What an order consists of. The ``rest`` amounts are what its own figures hold beyond its lines."""

    state: str
    items: tuple[Item, ...]
    ship_to: Mapping[str, str] = field(default_factory=dict)
    discount_minor: int = 0
    shipping_minor: int = 0
    adjustment_minor: int = 0
    subtotal_rest: int = 0
    fee_rest: int = 0
    tax_rest: int = 0
    includes_tax: bool = True

    @property
    def goods_minor(self) -> int:
        return sum(item.total_minor for item in self.items if item.kind != FEE) + self.subtotal_rest

    @property
    def fee_minor(self) -> int:
        return sum(item.total_minor for item in self.items if item.kind == FEE) + self.fee_rest

    @property
    def tax_minor(self) -> int:
        return max(0, sum(item.tax_minor for item in self.items) + self.tax_rest)

    @property
    def total_minor(self) -> int:
        """What the order costs, as its row says it; cancelled pieces included."""
        total = (
            self.goods_minor
            - self.discount_minor
            + self.shipping_minor
            + self.fee_minor
            + self.adjustment_minor
        )
        return total if self.includes_tax else total + self.tax_minor

    @property
    def worth_minor(self) -> int:
        """What the shopper has to pay for it: nothing when cancelled, cancelled pieces left out."""
        if self.state == "cancelled":
            return 0
        gone = [item for item in self.items if item.cancelled]
        basket = self
        for item in gone:
            basket = _put(basket, item, item.quantity - item.cancelled)
        return max(0, settled_discount(self, basket).total_minor)

    @property
    def digest(self) -> str:
        """The same for the same basket: whether somebody changed it since one looked."""
        text = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def item(self, line_id: int) -> Item | None:
        """The line with this id."""
        return next((item for item in self.items if item.id == line_id), None)

    def open_by_variant(self) -> dict[int, int]:
        """Pieces still to be sent, by variant, added up."""
        found: dict[int, int] = {}
        for item in self.items:
            if item.variant_id and item.open and self.state != "cancelled":
                found[item.variant_id] = found.get(item.variant_id, 0) + item.open
        return found

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {**asdict(self), "items": [asdict(item) for item in self.items], "ship_to": dict(self.ship_to)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Basket:
        """The basket that :meth:`as_json` gave."""
        values = dict(stored)
        return cls(**{**values, "items": tuple(Item(**item) for item in values["items"])})


def share(amount: int, part: int, whole: int) -> int:
    """``amount * part / whole`` rounded half-even; nothing of nothing."""
    return round(Fraction(amount * part, whole)) if whole else 0


def resized(item: Item, quantity: int) -> Item:
    """The line with another quantity at the price it was ordered for: its discount and tax go along."""
    discount = min(share(item.discount_minor, quantity, item.quantity), quantity * item.unit_minor)
    new = replace(item, quantity=quantity, discount_minor=discount)
    return replace(new, tax_minor=share(item.tax_minor, new.total_minor, item.total_minor))


def with_quantity(basket: Basket, item: Item, quantity: int, *, unit_minor: int | None) -> Basket:
    """``quantity`` pieces of the line altogether. ``unit_minor`` is the price of pieces that are added, none
    for the order's own; pieces at another price are a line of their own."""
    extra = quantity - item.quantity
    if extra <= 0 or unit_minor is None or unit_minor == item.unit_minor:
        return settled_discount(basket, _put(basket, item, quantity))
    added = replace(
        item,
        id=None,
        position=_next(basket),
        quantity=extra,
        unit_minor=unit_minor,
        discount_minor=0,
        fulfilled=0,
        cancelled=0,
        refunded=0,
    )
    return _added(
        basket, replace(added, tax_minor=share(item.tax_minor, added.total_minor, item.total_minor))
    )


def without(basket: Basket, item: Item) -> Basket:
    """Without what is still open of the line."""
    return settled_discount(basket, _put(basket, item, item.quantity - item.open))


def with_variant(basket: Basket, item: Item, ware: Ware, *, unit_minor: int) -> Basket:
    """The line's open pieces in another variant at ``unit_minor``; its discount keeps its share of the price."""
    kept = item.quantity - item.open
    price = item.open * unit_minor
    discount = share(share(item.discount_minor, item.open, item.quantity), unit_minor, item.unit_minor)
    new = replace(
        item,
        variant_id=ware.variant_id,
        sku=ware.sku,
        title=ware.title,
        image_url=ware.image_url,
        quantity=item.open,
        unit_minor=unit_minor,
        discount_minor=min(discount, price),
        fulfilled=0,
        cancelled=0,
        refunded=0,
    )
    new = replace(new, tax_minor=share(item.tax_minor, new.total_minor, item.total_minor))
    if not kept:
        items = tuple(new if each.position == item.position else each for each in basket.items)
        return settled_discount(basket, replace(basket, items=items))
    rest = _put(basket, item, kept)
    return settled_discount(basket, _added(rest, replace(new, id=None, position=_next(basket))))


def with_ware(basket: Basket, ware: Ware, quantity: int) -> Basket:
    """A product more, taxed as the rest of the basket is on the whole."""
    item = Item(
        id=None,
        position=_next(basket),
        kind="product",
        variant_id=ware.variant_id,
        sku=ware.sku,
        title=ware.title,
        image_url=ware.image_url,
        quantity=quantity,
        unit_minor=ware.unit_minor,
    )
    goods = [each for each in basket.items if each.kind != FEE]
    tax, total = sum(each.tax_minor for each in goods), sum(each.total_minor for each in goods)
    return _added(basket, replace(item, tax_minor=share(tax, item.total_minor, total)))


def with_address(basket: Basket, ship_to: Mapping[str, str]) -> Basket:
    """To another place."""
    return replace(basket, ship_to=dict(ship_to))


def cancelled(basket: Basket) -> Basket:
    """All that has not left cancelled: the order is, or what was sent is all of it."""
    items = tuple(
        each if each.kind == FEE else replace(each, cancelled=each.cancelled + each.open)
        for each in basket.items
    )
    has_sent = any(each.fulfilled for each in items)
    return replace(basket, items=items, state="completed" if has_sent else "cancelled")


def has_mixed_tax(basket: Basket) -> bool:
    """Whether the lines bear different tax rates, so that nobody can say which one a new product has."""
    rates = [
        Fraction(each.tax_minor, each.total_minor)
        for each in basket.items
        if each.kind != FEE and each.total_minor
    ]
    return bool(rates) and max(rates) - min(rates) > MIXED_RATES


def settled_discount(before: Basket, after: Basket) -> Basket:
    """The order's own discount shrinks with the goods, never grows, and is never more than there is to pay."""
    discount = before.discount_minor
    if after.goods_minor < before.goods_minor:
        discount = share(discount, max(0, after.goods_minor), before.goods_minor)
    most = max(0, after.goods_minor + after.shipping_minor)
    return replace(after, discount_minor=min(discount, most))


def _put(basket: Basket, item: Item, quantity: int) -> Basket:
    items = []
    for each in basket.items:
        if each.position != item.position:
            items.append(each)
        elif quantity:
            items.append(replace(resized(each, quantity), cancelled=min(each.cancelled, quantity)))
    return replace(basket, items=tuple(items))


def _added(basket: Basket, item: Item) -> Basket:
    return replace(basket, items=(*basket.items, item))


def _next(basket: Basket) -> int:
    return max((each.position for each in basket.items), default=0) + 1
