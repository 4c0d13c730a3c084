"""One order on the desk: what was bought and paid, where it is, what happened, what can be done."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.story import tell
from aftercart.kernel.journal.timeline import timeline_page
from aftercart.kernel.money import from_minor
from aftercart.orders.addresses import Address, address_lines
from aftercart.orders.desk.charges import refund_split, shown_charges
from aftercart.orders.desk.forms import NoteForm, PaymentForm, RefundForm, new_key
from aftercart.orders.desk.reached import reached_order
from aftercart.orders.models import Line, Order
from aftercart.orders.money import left_to_refund
from aftercart.orders.slots import desk_order_panels
from aftercart.stores.permissions import StaffRequest, require

SHOWN_ENTRIES = 40


@require_safe
@require("orders.view")
def show_order(request: StaffRequest, order_id: int) -> HttpResponse:
    """The order's page."""
    return order_page(request, reached_order(request, order_id))


def order_page(
    request: StaffRequest,
    order: Order,
    *,
    forms: dict[str, Any] | None = None,
    opened: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with forms as they were sent when one was wrong; ``opened`` is the dialog to show at once."""
    # Read once: the panels ask for the order's lines, too.
    prefetch_related_objects([order], Prefetch("lines", Line.objects.select_related("variant__product")))
    lines = list(order.lines.all())
    left = left_to_refund(order)
    story = timeline_page(Entry.objects.about(f"order:{order.pk}"), size=SHOWN_ENTRIES)
    context = {
        "order": order,
        "lines": lines,
        "to_send": [line for line in lines if line.kind != "fee" and line.open_quantity],
        "totals": _totals(order),
        "ship_to": address_lines(Address.from_mapping(order.ship_to)),
        "bill_to": address_lines(Address.from_mapping(order.bill_to)),
        "panels": desk_order_panels.panels(request, order),
        "story": [tell(entry) for entry in story.entries],
        "notes": list(order.notes.order_by("-written_at")),
        "payments": list(order.payments.order_by("paid_at")),
        "charges": shown_charges(order),
        "refund_split": refund_split(order, left),
        "refunds": list(order.refunds.order_by("refunded_at")),
        "may": _may(request, order, lines, left),
        "opened": opened,
        "key": new_key(),
        **_forms(order, forms or {}),
    }
    return render(request, "orders/desk/order.html", context, status=status)


def _forms(order: Order, sent: dict[str, Any]) -> dict[str, Any]:
    due = from_minor(order.due_minor, order.currency).amount
    return {
        "payment_form": sent.get("payment") or PaymentForm(order, initial={"amount": due, "key": new_key()}),
        "refund_form": sent.get("refund") or RefundForm(order, initial={"key": new_key()}),
        "note_form": sent.get("note") or NoteForm(),
    }


def _totals(order: Order) -> list[tuple[str, int]]:
    rows = [
        ("Goods", order.subtotal_minor),
        ("Discount", -order.discount_minor),
        ("Shipping", order.shipping_minor),
        ("Fees", order.fee_minor),
        ("Adjustment", order.adjustment_minor),
        ("Tax", 0 if order.prices_include_tax else order.tax_minor),
    ]
    return [(label, amount) for label, amount in rows if amount or label == "Goods"]


def _may(request: StaffRequest, order: Order, lines: list[Any], left_minor: int) -> dict[str, bool]:
    """What this member may do to this order as it stands; the actions decide again under their lock."""
    has_open = any(line.open_quantity for line in lines if line.kind != "fee")
    alive = order.state != "cancelled"
    wanted = {
        "pay": order.due_minor > 0 and alive,
        "fulfil": has_open and alive,
        "cancel": has_open and alive,
        "refund": left_minor > 0,
        "resend": bool(order.email),
        "note": True,
    }
    return {verb: possible and f"orders.{verb}" in request.permissions for verb, possible in wanted.items()}
