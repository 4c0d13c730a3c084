"""What an order's news says: payment failed, cancelled, changed, refunded; and which of them is still worth saying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from aftercart.messaging.messages import News, Reader, Saying, Telling, teller
from aftercart.orders.addresses import Address
from aftercart.orders.models import Line, Order, PaymentState, State
from aftercart.orders.permissions import order_page_url
from aftercart.stores.models import StaffMember
from aftercart.stores.permissions import within_channels

TOPIC = "order"
WORDS = {
    "ship_to": "address",
    "bill_to": "address",
    "address": "address",
    "lines": "items",
    "items": "items",
    "email": "contact",
    "phone": "contact",
    "shipping_method": "delivery",
    "promised_on": "delivery",
    "total_minor": "price",
}
"""Which of an order's fields a shopper cares about, and the word for them."""
KINDS = {"address": "address", "variant": "items", "quantity": "items", "add": "items", "remove": "items"}
"""The word for a change that was asked for."""


def reader_of(order: Order) -> Reader:
    """Whom news of the order goes to."""
    address = Address.from_mapping(order.ship_to)
    return Reader(
        email=order.email,
        name=address.name or (order.customer.name if order.customer else ""),
        phone=order.phone or address.phone,
        country=order.ship_country or order.channel.country,
        language=order.language,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
    )


def news_context(
    order: Order,
    *,
    url: str,
    amount_minor: int | None = None,
    lines: Sequence[tuple[Line, int]] = (),
    changes: Sequence[str] = (),
    is_full: bool = True,
    to_refund: bool = False,
    total_minor: int | None = None,
) -> dict[str, Any]:
    """The variables of all four kinds; ``lines`` are shown in the quantities given."""

    def money(minor: int | None) -> dict[str, Any] | str:
        return "" if minor is None else {"minor": minor, "currency": order.currency}

    return {
        "name": reader_of(order).name,
        "number": order.number,
        "order_url": url,
        "amount": money(amount_minor),
        "changes": list(changes),
        "lines": [
            {
                "title": line.title_in(order.language),
                "quantity": quantity,
                "amount": money(line.total_minor * quantity // line.quantity),
            }
            for line, quantity in lines
        ],
        "total": money(total_minor),
        "is_full": is_full,
        "to_refund": to_refund,
    }


@teller(TOPIC)
def tell_order_news(about: str, news: Sequence[News]) -> Telling:
    """One message: a cancellation tells the refund and the change as well, a change tells the refund."""
    order = _orders().get(pk=int(about.rpartition(":")[2]))
    of = {kind: [item for item in news if item.kind == kind] for kind in {item.kind for item in news}}
    dropped = {}
    failed = of.pop("order_payment_failed", [])
    if reason := payment_is_settled(order):
        dropped = {item.id: reason for item in failed}
    elif failed:
        of["order_payment_failed"] = failed[-1:]
        dropped = {item.id: "a later try failed as well, and that was told" for item in failed[:-1]}
    said = _cancelled(order, of) or _changed(order, of, dropped) or _refunded(order, of)
    sayings = [said] if said else []
    if last := of.get("order_payment_failed"):
        context = news_context(order, url=order_page_url(order.pk), amount_minor=order.due_minor)
        sayings.append(_saying(order, "order_payment_failed", context, last))
    return Telling(reader=reader_of(order), said=sayings, dropped=dropped)


def _cancelled(order: Order, of: Mapping[str, list[News]]) -> Saying | None:
    cancelled = of.get("order_cancelled", [])
    if not cancelled:
        return None
    told = [*cancelled, *of.get("order_changed", []), *of.get("order_refunded", [])]
    refunded = _sum(of.get("order_refunded", []))
    context = news_context(
        order,
        url=order_page_url(order.pk),
        amount_minor=refunded,
        lines=_lines(order, cancelled=True),
        is_full=order.state == State.CANCELLED,
        to_refund=refunded is None and order.refundable_minor > 0,
    )
    return _saying(order, "order_cancelled", context, told)


def _changed(order: Order, of: Mapping[str, list[News]], dropped: dict[int, str]) -> Saying | None:
    changed = of.get("order_changed", [])
    if changed and order.state == State.CANCELLED:
        dropped.update({item.id: "the order was cancelled since" for item in changed})
        return None
    if not changed:
        return None
    words = {word: None for item in changed for word in item.facts["changes"]}
    context = news_context(
        order,
        url=order_page_url(order.pk),
        amount_minor=_sum(of.get("order_refunded", [])),
        lines=_lines(order),
        changes=list(words),
        total_minor=order.total_minor,
    )
    return _saying(order, "order_changed", context, [*changed, *of.get("order_refunded", [])])


def _refunded(order: Order, of: Mapping[str, list[News]]) -> Saying | None:
    refunded = of.get("order_refunded", [])
    if not refunded:
        return None
    context = news_context(
        order,
        url=order_page_url(order.pk),
        amount_minor=_sum(refunded),
        is_full=order.refundable_minor == 0,
    )
    return _saying(order, "order_refunded", context, refunded)


def _saying(order: Order, kind: str, context: dict[str, Any], told: Sequence[News]) -> Saying:
    facts = {"kind": kind, "order_id": order.pk}
    return Saying(kind=kind, context=context, covers=tuple(item.id for item in told), facts=facts)


def _sum(refunds: Sequence[News]) -> int | None:
    return sum(int(item.facts["amount_minor"]) for item in refunds) if refunds else None


def _lines(order: Order, *, cancelled: bool = False) -> list[tuple[Line, int]]:
    rows = order.lines.exclude(kind=Line.Kind.FEE).select_related("variant__product")
    if cancelled:
        return [(line, line.cancelled_quantity) for line in rows if line.cancelled_quantity]
    kept = [(line, line.quantity - line.cancelled_quantity) for line in rows]
    return [(line, quantity) for line, quantity in kept if quantity]


def payment_is_settled(order: Order) -> str:
    """Why a failed payment is no news any more, or nothing."""
    if order.state == State.CANCELLED:
        return "the order was cancelled since"
    return "" if order.payment_state == PaymentState.FAILED else "it was paid since"


def no_longer_true(facts: Mapping[str, Any]) -> str:
    """Why news of an order is stale when it leaves, or nothing."""
    order = Order.objects.filter(pk=facts["order_id"]).first()
    if order is None:
        return "the order is gone"
    if facts["kind"] == "order_payment_failed":
        return payment_is_settled(order)
    if facts["kind"] == "order_changed" and order.state == State.CANCELLED:
        return "the order was cancelled since"
    return ""


def example(kind: str, number: str, member: StaffMember) -> dict[str, Any] | None:
    """The context of a kind for an order the member may see, as if it had happened to it. The link is a dummy."""
    order = visible_order(number, member)
    if order is None:
        return None
    url = "https://shop.example/orders/sample"
    if kind == "order_payment_failed":
        return news_context(order, url=url, amount_minor=order.due_minor or order.total_minor)
    if kind == "order_refunded":
        return news_context(order, url=url, amount_minor=order.refunded_minor or order.total_minor)
    lines = _lines(order)
    if kind == "order_changed":
        return news_context(order, url=url, lines=lines, changes=["address"], total_minor=order.total_minor)
    return news_context(order, url=url, lines=_lines(order, cancelled=True) or lines, to_refund=True)


def visible_order(number: str, member: StaffMember) -> Order | None:
    """The newest order of this number in the channels the member works for."""
    wanted = number.strip().lstrip("#")
    found = within_channels(_orders().filter(number__in=[wanted, f"#{wanted}"]), member)
    return found.order_by("-pk").first() if wanted else None


def _orders() -> QuerySet[Order]:
    return Order.objects.select_related("channel", "customer")
