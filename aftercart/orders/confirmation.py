"""What an order's confirmation says, as JSON for its template."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings
from django.utils import translation

from aftercart.delivery.promises import given_for, words_of
from aftercart.orders.actions.promise import promise_reference
from aftercart.orders.addresses import Address, address_lines
from aftercart.orders.models import Line, Order
from aftercart.orders.permissions import order_page_url
from aftercart.orders.rules import payment_story


def confirmation_context(order: Order) -> dict[str, Any]:
    """The variables of ``order_confirmed`` for an order, in its language; two queries."""
    lines = [line for line in _lines(order) if line.kind != Line.Kind.FEE]
    address = Address.from_mapping(order.ship_to)
    placed_at = order.placed_at.astimezone(zoneinfo.ZoneInfo(order.channel.timezone))
    return {
        "name": address.name or (order.customer.name if order.customer else ""),
        "number": order.number,
        "placed_on": placed_at.date().isoformat(),
        "payment": payment_story(payment_state=order.payment_state, payment_method=order.payment_method),
        "payment_method": order.payment_method,
        "payment_instructions": _in_language(order.channel.payment_instructions, order.language),
        "due": _money(order, order.due_minor),
        "pieces": sum(line.quantity for line in lines),
        "lines": [_line(order, line) for line in lines],
        "totals": _totals(order),
        "ship_to": address_lines(address, order.language) if order.ship_to else [],
        "shipping_method": order.shipping_method,
        **_promise(order),
        "delivery_by": order.promised_on.isoformat() if order.promised_on else "",
        "order_url": order_page_url(order.pk),
    }


def _promise(order: Order) -> dict[str, str]:
    """The likely day and why, in the order's language, where we reckoned the promise ourselves."""
    given = given_for(promise_reference(order.pk))
    if given is None or given.by_on != order.promised_on:
        return {"delivery_likely": "", "delivery_reason": ""}
    with translation.override(order.language):
        _, reason = words_of(given)
    likely = given.likely_on.isoformat() if given.likely_on != given.by_on else ""
    return {"delivery_likely": likely, "delivery_reason": reason}


def _lines(order: Order) -> list[Line]:
    return list(Line.objects.filter(order=order).select_related("variant__product"))


def _line(order: Order, line: Line) -> dict[str, Any]:
    product = line.variant.product if line.variant else None
    titles = product.titles if product else {}
    picture = line.image_url or (line.variant.image_url if line.variant else "")
    return {
        "title": titles.get(order.language) or line.title,
        "quantity": line.quantity,
        "unit": _money(order, line.unit_price_minor),
        "amount": _money(order, line.total_minor),
        "picture": _absolute(picture or (product.image_url if product else "")),
    }


def _totals(order: Order) -> list[dict[str, Any]]:
    """The rows from goods to total; rows of nothing are left out."""
    rows = [
        ("subtotal", order.subtotal_minor, "", order.subtotal_minor != order.total_minor),
        ("discount", -order.discount_minor, order.discount_code, order.discount_minor > 0),
        ("shipping", order.shipping_minor, "", order.shipping_minor > 0 or bool(order.shipping_method)),
        ("fees", order.fee_minor, "", order.fee_minor > 0),
        ("tax", order.tax_minor, "", order.tax_minor > 0 and not order.prices_include_tax),
        ("adjustment", order.adjustment_minor, "", order.adjustment_minor != 0),
        ("total", order.total_minor, "", True),
        ("tax_included", order.tax_minor, "", order.tax_minor > 0 and order.prices_include_tax),
    ]
    return [
        {"kind": kind, "amount": _money(order, minor), "note": note}
        for kind, minor, note, is_shown in rows
        if is_shown
    ]


def _in_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or ""


def _money(order: Order, minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": order.currency}


def _absolute(url: str) -> str:
    """Mail programs know no site: a path becomes an address of this deployment."""
    return f"{settings.BASE_URL}{url}" if url.startswith("/") else url
