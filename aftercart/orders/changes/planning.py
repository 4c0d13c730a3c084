"""From what somebody wants to what it makes of the order: reads the rows, changes none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aftercart.catalog.models import Product, Variant
from aftercart.orders.addresses import Address
from aftercart.orders.changes import basket as baskets
from aftercart.orders.changes.basket import Basket, Item, Ware
from aftercart.orders.changes.refusals import Cannot
from aftercart.orders.changes.rules import (
    MOST_PIECES,
    Money,
    Policy,
    line_problem,
    money,
    quantity_problem,
)
from aftercart.orders.models import Change, ChangeState, Kind, Line, Order
from aftercart.orders.money import left_to_refund

Wish = Mapping[str, Any]
"""What is wanted: ``{"line": 7, "quantity": 2}``, ``{"line": 7, "variant": 9}``, ``{"variant": 9, "quantity": 1}``,
``{"line": 7}``, ``{"ship_to": {...}}``, ``{"reason": ""}``, ``{"change": 5}``; by kind."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a change would do. ``doubts`` are reasons why a colleague should look: ``other_country``,
    ``tax_unclear``."""

    kind: str
    before: Basket
    after: Basket
    money: Money
    returned: int = 0
    doubts: tuple[str, ...] = ()
    undoes: Change | None = None

    @property
    def is_abroad(self) -> bool:
        return "other_country" in self.doubts

    @property
    def wanted(self) -> dict[int, int]:
        """Pieces more than before, by variant."""
        return _more(self.before.open_by_variant(), self.after.open_by_variant())

    @property
    def freed(self) -> dict[int, int]:
        """Pieces fewer than before, by variant."""
        return _more(self.after.open_by_variant(), self.before.open_by_variant())


def basket_of(order: Order, lines: list[Line] | None = None) -> Basket:
    """The order as figures."""
    rows = list(Line.objects.filter(order=order).order_by("position")) if lines is None else lines
    items = tuple(_item(line) for line in rows)
    plain = Basket(
        state=order.state,
        items=items,
        ship_to=dict(order.ship_to),
        discount_minor=order.discount_minor,
        shipping_minor=order.shipping_minor,
        adjustment_minor=order.adjustment_minor,
        includes_tax=order.prices_include_tax,
    )
    return replace(
        plain,
        subtotal_rest=order.subtotal_minor - plain.goods_minor,
        fee_rest=order.fee_minor - plain.fee_minor,
        tax_rest=order.tax_minor - sum(item.tax_minor for item in items),
    )


def plan_change(*, order: Order, kind: str, wish: Wish, policy: Policy) -> Plan:
    """What the change would make of the order as it stands.

    Raises:
        Cannot: when it cannot be done at all.
    """
    before = basket_of(order)
    undoes, returned, doubts = None, 0, []
    if kind == Kind.UNDO:
        undoes = undoable(order, wish.get("change"), before)
        after = Basket.from_json(undoes.before)
        returned = undoes.given_back_minor if undoes.kind == Kind.CANCEL else 0
    else:
        after = _wished(kind, wish, before, order, policy)
        doubts = _doubts(kind, before, after)
    if after.total_minor < 0 or after.goods_minor < 0:
        raise Cannot("below_nothing")
    if not any(item.kind != baskets.FEE for item in after.items):
        raise Cannot("last")
    difference = money(
        before=before,
        after=after,
        kept=order.kept_minor,
        refundable=left_to_refund(order),
        returned=returned,
    )
    return Plan(
        kind=kind,
        before=before,
        after=after,
        money=difference,
        returned=returned,
        doubts=tuple(doubts),
        undoes=undoes,
    )


def undoable(order: Order, change_id: Any, now_is: Basket) -> Change:
    """The change that may be undone: applied, not undone yet, and nothing happened to the order since.

    Raises:
        Cannot: otherwise.
    """
    found = Change.objects.filter(order=order, pk=change_id, state=ChangeState.APPLIED).first()
    if found is None or found.kind == Kind.UNDO:
        raise Cannot("unknown")
    if Basket.from_json(found.after).digest != now_is.digest:
        raise Cannot("undone")
    return found


def wares(order: Order, variants: list[Variant]) -> list[Ware]:
    """Those of the variants that can be bought in the order's currency, under the merchant's own name."""
    return [
        Ware(
            variant_id=variant.pk,
            sku=variant.sku,
            title=str(variant)[:300],
            image_url=variant.image_url or variant.product.image_url,
            unit_minor=variant.price_minor,
        )
        for variant in variants
        if variant.price_minor is not None
        and variant.currency in {"", order.currency}
        and variant.product.status == Product.Status.ACTIVE
    ]


def _wished(kind: str, wish: Wish, before: Basket, order: Order, policy: Policy) -> Basket:
    if kind == Kind.CANCEL:
        return baskets.cancelled(before)
    if kind == Kind.ADDRESS:
        return _address(before, wish)
    if kind == Kind.ADD:
        quantity = int(wish.get("quantity") or 0)
        if not 1 <= quantity <= MOST_PIECES:
            raise Cannot("quantity")
        return baskets.with_ware(before, _ware(order, wish.get("variant")), quantity)
    item = _line(before, wish)
    if kind == Kind.REMOVE:
        if item.refunded > item.quantity - item.open:
            raise Cannot("fewer_than_sent")
        return baskets.without(before, item)
    if kind == Kind.QUANTITY:
        return _quantity(before, item, wish, order, policy)
    return _variant(before, item, wish, order, policy)


def _line(before: Basket, wish: Wish) -> Item:
    item = before.item(int(wish.get("line") or 0))
    if problem := line_problem(item):
        raise Cannot(problem)
    assert item is not None
    return item


def _quantity(before: Basket, item: Item, wish: Wish, order: Order, policy: Policy) -> Basket:
    quantity = int(wish.get("quantity") or 0)
    if problem := quantity_problem(item, quantity):
        raise Cannot(problem)
    unit = None
    if policy.price_basis == "catalogue" and quantity > item.quantity and item.variant_id:
        unit = _ware(order, item.variant_id).unit_minor
    return baskets.with_quantity(before, item, quantity, unit_minor=unit)


def _variant(before: Basket, item: Item, wish: Wish, order: Order, policy: Policy) -> Basket:
    ware = _ware(order, wish.get("variant"))
    if ware.variant_id == item.variant_id:
        raise Cannot("same")
    siblings = Variant.objects.filter(product__variants=item.variant_id or 0)
    if not siblings.filter(pk=ware.variant_id).exists():
        raise Cannot("no_ware")
    if item.refunded:
        raise Cannot("fewer_than_sent")
    unit = ware.unit_minor if policy.price_basis == "catalogue" else item.unit_minor
    return baskets.with_variant(before, item, ware, unit_minor=unit)


def _ware(order: Order, variant_id: Any) -> Ware:
    found = Variant.objects.select_related("product").filter(pk=int(variant_id or 0))
    ware = next(iter(wares(order, list(found))), None)
    if ware is None:
        raise Cannot("no_ware")
    return ware


def _address(before: Basket, wish: Wish) -> Basket:
    wanted = Address.from_mapping(wish.get("ship_to") or {})
    if not (wanted.name and wanted.line1 and wanted.city and wanted.country):
        raise Cannot("address")
    if wanted.to_mapping() == Address.from_mapping(dict(before.ship_to)).to_mapping():
        raise Cannot("same")
    return baskets.with_address(before, wanted.to_mapping())


def _doubts(kind: str, before: Basket, after: Basket) -> list[str]:
    doubts = []
    if kind == Kind.ADDRESS and before.ship_to.get("country", "") != after.ship_to.get("country", ""):
        doubts.append("other_country")  # shipping and tax are another country's: nobody here knows them
    if kind == Kind.ADD and baskets.has_mixed_tax(before):
        doubts.append("tax_unclear")
    return doubts


def _more(few: Mapping[int, int], many: Mapping[int, int]) -> dict[int, int]:
    more = {key: many[key] - few.get(key, 0) for key in sorted(many)}
    return {key: count for key, count in more.items() if count > 0}


def _item(line: Line) -> Item:
    return Item(
        id=line.pk,
        position=line.position,
        kind=line.kind,
        variant_id=line.variant_id,
        sku=line.sku,
        title=line.title,
        image_url=line.image_url,
        quantity=line.quantity,
        unit_minor=line.unit_price_minor,
        discount_minor=line.discount_minor,
        tax_minor=line.tax_minor,
        fulfilled=line.fulfilled_quantity,
        cancelled=line.cancelled_quantity,
        refunded=line.refunded_quantity,
    )
