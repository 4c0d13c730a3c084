"""Forgetting who ordered: amounts and dates stay for the books, names and addresses go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy

from django.db import transaction

from aftercart.orders.models import Change, Note, Order, Refund, RefundRequest

ADDRESS_KEPT = ("country",)
WORDS = ("ship_to", "reason")
BATCH = 500


@transaction.atomic
def erase_customer(*, customer_id: int, scrub: Callable[[str], str], blank: str) -> dict[str, int]:
    """Take the person out of their orders; gives the rows changed by table.

    ``scrub`` takes the person out of a sentence, ``blank`` stands where a whole text was.
    """
    found = Order.objects.select_for_update().filter(customer_id=customer_id).order_by("pk")
    refunds = Refund.objects.filter(order__customer_id=customer_id)
    asked = RefundRequest.objects.filter(order__customer_id=customer_id).exclude(words="", decision="")
    notes = Note.objects.filter(order__customer_id=customer_id).exclude(text=blank)
    return {
        "orders.Order": _erase_orders(found.iterator(chunk_size=BATCH), scrub),
        "orders.Refund": _erase_reasons(refunds, scrub),
        "orders.RefundRequest": asked.update(words="", decision=""),
        "orders.Note": notes.update(text=blank),
        "orders.Change": _erase_changes(Change.objects.filter(order__customer_id=customer_id)),
    }


def _erase_orders(found: Iterable[Order], scrub: Callable[[str], str]) -> int:
    fields = ("email", "email_key", "phone", "ship_postcode_key", "ship_to", "bill_to", "cancel_reason")
    changed = []
    for order in found:
        before = [getattr(order, name) for name in fields]
        order.email = order.email_key = order.phone = order.ship_postcode_key = ""
        order.ship_to, order.bill_to = _country_only(order.ship_to), _country_only(order.bill_to)
        order.cancel_reason = scrub(order.cancel_reason)
        if before != [getattr(order, name) for name in fields]:
            changed.append(order)
    Order.objects.bulk_update(changed, fields, batch_size=BATCH)
    return len(changed)


def _erase_reasons(refunds: Iterable[Refund], scrub: Callable[[str], str]) -> int:
    changed = []
    for refund in refunds:
        reason = scrub(refund.reason)
        if reason != refund.reason:
            refund.reason = reason
            changed.append(refund)
    Refund.objects.bulk_update(changed, ["reason"], batch_size=BATCH)
    return len(changed)


def _erase_changes(found: Iterable[Change]) -> int:
    """Keep what a change was and cost; no address and nobody's words."""
    changed = []
    for change in found:
        texts = deepcopy([change.wish, change.before, change.after, change.note, change.answer])
        change.wish = {part: value for part, value in change.wish.items() if part not in WORDS} | (
            {"ship_to": _country_only(change.wish["ship_to"])} if "ship_to" in change.wish else {}
        )
        for basket in (change.before, change.after):
            basket["ship_to"] = _country_only(basket.get("ship_to", {}))
        change.note = change.answer = ""
        if texts != [change.wish, change.before, change.after, change.note, change.answer]:
            changed.append(change)
    Change.objects.bulk_update(changed, ["wish", "before", "after", "note", "answer"], batch_size=BATCH)
    return len(changed)


def _country_only(address: dict[str, str]) -> dict[str, str]:
    return {part: address[part] for part in ADDRESS_KEPT if part in address}
