"""Factories for tests: products with variants, and stock."""

from __future__ import annotations

from aftercart.catalog.actions import VariantDraft, adjust, save_product
from aftercart.catalog.models import Product, StockLevel, StockMovement, Variant


def make_product(handle: str = "apron", title: str = "Linen apron", price: int = 4900) -> Product:
    """A product in two colours, at the same price."""
    variants = [
        VariantDraft(sku=f"{handle}-{option}", title=option.capitalize(), price_minor=price, currency="EUR")
        for option in ("sand", "moss")
    ]
    return save_product(handle=handle, values={"title": title}, variants=variants, actor="test")[0]


def stocked(sku: str, quantity: int) -> Variant:
    """The variant with so many on hand."""
    variant = Variant.objects.get(sku=sku)
    adjust(variant_id=variant.pk, to=quantity, reason="counted", actor="test")
    return variant


def assert_stock_is_its_movements() -> None:
    """Every level is the sum of its movements, and nothing is oversold."""
    for level in StockLevel.objects.all():
        rows = StockMovement.objects.filter(level=level).values_list("on_hand_change", "reserved_change")
        assert level.on_hand == sum(row[0] for row in rows)
        assert level.reserved == sum(row[1] for row in rows)
        assert 0 <= level.reserved <= level.on_hand
