"""Writing a changed basket to an order's rows. Its row is locked by the caller."""

from __future__ import annotations

from typing import Any

from aftercart.kernel import clock
from aftercart.orders.actions.pay_state import restate_payment
from aftercart.orders.addresses import Address, postcode_key
from aftercart.orders.changes.basket import FEE, Basket, Item
from aftercart.orders.models import Line, Order, State
from aftercart.orders.rules import Quantities, fulfilment_state

COLUMNS = (
    *("state", "cancelled_at", "cancel_reason", "subtotal_minor", "discount_minor", "shipping_minor"),
    *("fee_minor", "tax_minor", "total_minor", "settled_minor", "fulfilment_state", "payment_state"),
    *("ship_to", "ship_country", "ship_postcode_key", "updated_at"),
)


def store_basket(order: Order, before: Basket, after: Basket) -> None:
    """Make the order's rows what ``after`` says; a line that undoing brings back has its old id again."""
    kept = {item.id for item in after.items}
    Line.objects.filter(
        order=order, pk__in=[item.id for item in before.items if item.id not in kept]
    ).delete()
    were = {item.id: item for item in before.items}
    for item in after.items:
        if item.id is None or item.id not in were:
            Line.objects.create(pk=item.id, order=order, **_columns(item))
        elif item != were[item.id]:
            Line.objects.filter(pk=item.id).update(**_columns(item))
    order.state = after.state
    if after.state != State.CANCELLED:
        order.cancelled_at = None
        order.cancel_reason = order.cancel_reason if before.state == after.state else ""
    order.subtotal_minor, order.discount_minor = after.goods_minor, after.discount_minor
    order.shipping_minor, order.fee_minor = after.shipping_minor, after.fee_minor
    order.tax_minor, order.total_minor = after.tax_minor, after.total_minor
    order.fulfilment_state = fulfilment_state(
        Quantities(ordered=item.quantity, fulfilled=item.fulfilled, cancelled=item.cancelled)
        for item in after.items
        if item.kind != FEE
    )
    if dict(after.ship_to) != dict(before.ship_to):
        _move(order, dict(after.ship_to))
    restate_payment(order)
    order.updated_at = clock.now()
    order.save(update_fields=COLUMNS)


def _move(order: Order, ship_to: dict[str, str]) -> None:
    address = Address.from_mapping(ship_to)
    order.ship_to = address.to_mapping()
    order.ship_country = address.country
    order.ship_postcode_key = postcode_key(address.postcode)


def _columns(item: Item) -> dict[str, Any]:
    return {
        "position": item.position,
        "kind": item.kind,
        "variant_id": item.variant_id,
        "sku": item.sku,
        "title": item.title,
        "image_url": item.image_url,
        "quantity": item.quantity,
        "unit_price_minor": item.unit_minor,
        "discount_minor": item.discount_minor,
        "tax_minor": item.tax_minor,
        "total_minor": item.total_minor,
        "fulfilled_quantity": item.fulfilled,
        "cancelled_quantity": item.cancelled,
        "refunded_quantity": item.refunded,
    }
