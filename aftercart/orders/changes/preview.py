"""Looking before a change is asked for: what it would cost, whether there is enough. Writes nothing."""

from __future__ import annotations

from datetime import datetime

from aftercart.catalog.models import StockLevel, Variant
from aftercart.kernel.money import format_minor
from aftercart.orders.changes.basket import Item
from aftercart.orders.changes.planning import Plan, Wish, basket_of, plan_change, wares
from aftercart.orders.changes.policies import policy_of
from aftercart.orders.changes.refusals import Cannot
from aftercart.orders.changes.rules import line_problem, may_ask
from aftercart.orders.models import Change, Order

SHOWN_WARES = 24


def check_possible(order: Order, kind: str, now: datetime, *, is_staff: bool = False) -> None:
    """Whether this kind of change can be asked for now.

    Raises:
        Cannot: when it cannot.
    """
    if Change.objects.open().filter(order=order, expires_at__gt=now).exists():
        raise Cannot("waiting")
    problem = may_ask(
        kind=kind,
        basket=basket_of(order),
        changeable_until=order.changeable_until,
        is_staff=is_staff,
        mode=policy_of(order.channel_id).mode(kind),
        now=now,
    )
    if problem:
        raise Cannot(problem)


def line_to_change(order: Order, text: str) -> Item:
    """The open line that a page's address names.

    Raises:
        Cannot: when it is none of this order's, or has left.
    """
    item = basket_of(order).item(int(text)) if text.isdecimal() and len(text) < 19 else None
    if problem := line_problem(item):
        raise Cannot(problem)
    assert item is not None
    return item


def look(order: Order, kind: str, wish: Wish) -> Plan:
    """What the change would do.

    Raises:
        Cannot: when it is not possible, or too few are left.
    """
    plan = plan_change(order=order, kind=kind, wish=wish, policy=policy_of(order.channel_id))
    levels = {level.variant_id: level for level in StockLevel.objects.filter(variant_id__in=plan.wanted)}
    if any(levels[key].available < count for key, count in plan.wanted.items() if key in levels):
        raise Cannot("stock")
    return plan


def sibling_choices(order: Order, item: Item) -> list[tuple[int, str]]:
    """The other forms of a line's product that can be had now."""
    siblings = Variant.objects.filter(product__variants=item.variant_id or 0).exclude(pk=item.variant_id or 0)
    return _choices(order, list(siblings.select_related("product", "stock")), item.open, names_product=False)


def ware_choices(order: Order, text: str) -> list[tuple[int, str]]:
    """Products that can be added, found by their words, with their price."""
    found = Variant.objects.select_related("product", "stock").order_by("product__title", "position")
    found = found.filter(price_minor__isnull=False, product__status="active")
    for word in text.split()[:5]:
        found = found.filter(product__title__icontains=word)
    return _choices(order, list(found[:SHOWN_WARES]), 1, names_product=True)


def _choices(
    order: Order, variants: list[Variant], pieces: int, *, names_product: bool
) -> list[tuple[int, str]]:
    known = {variant.pk: variant for variant in variants}
    choices = []
    for ware in wares(order, variants):
        variant = known[ware.variant_id]
        stock = getattr(variant, "stock", None)
        if stock is not None and stock.available < pieces:
            continue
        name = variant.title or variant.product.title
        if names_product:
            name = f"{variant.product.title_in(order.language)} {variant.title}".strip()
        choices.append((ware.variant_id, f"{name}, {format_minor(ware.unit_minor, order.currency)}"))
    return choices
