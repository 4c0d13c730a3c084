"""What the order page shows: an order and its parts, arranged for the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aftercart.kernel.ui.slots import Panel
from aftercart.orders.addresses import Address, address_lines
from aftercart.orders.changes.shown import ChangeBox
from aftercart.orders.models import Line, Order, Payment, Refund
from aftercart.orders.portal_rules import masked, method_key, options, situation
from aftercart.orders.portal_words import SITUATIONS, Choice, Saying, choices, method_name


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """A line as the shopper sees it; amounts in minor units. ``marks`` are (words, tone) pairs."""

    title: str
    detail: str
    image: str
    quantity: int
    unit_minor: int
    total_minor: int
    is_gone: bool
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A row of the totals. ``kind`` is empty, ``total``, ``due`` or ``soft``."""

    label: str
    minor: int
    kind: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """Everything the page itself says; panels of other apps come beside it."""

    saying: Saying
    steps: list[dict[str, Any]]
    lines: list[ShownLine]
    fees: list[ShownLine]
    amounts: list[Amount]
    tax_note_minor: int
    money_note: str
    choices: list[Choice]
    ship_to: list[str]
    bill_to: list[str]
    email: str


def load_parts(order: Order) -> None:
    """Fetch the order's parts, three queries; panels of other apps find them on the order."""
    lines = Prefetch("lines", Line.objects.select_related("variant__product"))
    prefetch_related_objects([order], lines, "payments", "refunds")


def order_page(
    order: Order, *, headline: Panel | None, trust: str, box: ChangeBox | None = None
) -> OrderPage:
    """Arrange an order whose parts are loaded. ``headline`` says first what an app above knows better."""
    language = get_language() or order.language
    now_is = situation(
        state=order.state,
        payment_state=order.payment_state,
        fulfilment_state=order.fulfilment_state,
        method=order.payment_method,
        due_minor=order.due_minor,
    )
    lines = list(order.lines.all())
    ship_to = address_lines(Address.from_mapping(order.ship_to), language)
    bill_to = address_lines(Address.from_mapping(order.bill_to), language)
    policy = order.channel.return_policy
    return OrderPage(
        saying=_saying(headline) if headline else SITUATIONS[now_is],
        steps=_steps(order, headline),
        lines=[_shown(line, order, language) for line in lines if line.kind != Line.Kind.FEE],
        fees=[_shown(line, order, language) for line in lines if line.kind == Line.Kind.FEE],
        amounts=_amounts(order, list(order.payments.all()), list(order.refunds.all())),
        tax_note_minor=order.tax_minor if order.prices_include_tax else 0,
        money_note=_money_note(order),
        choices=choices(
            options(state=order.state, fulfilment_state=order.fulfilment_state),
            str(policy.get(language) or policy.get(order.channel.default_language) or ""),
            changes_alone=bool(box and not box.is_empty),
        ),
        ship_to=ship_to,
        bill_to=bill_to if bill_to != ship_to else [],
        email=masked(order.email) if trust == "lookup" else order.email,
    )


def _saying(headline: Panel) -> Saying:
    context = headline.context
    return Saying(title=headline.title, lead=context.get("lead", ""), tone=context.get("tone", "info"))


def _steps(order: Order, headline: Panel | None) -> list[dict[str, Any]]:
    """Ordered, paid, sent, and what the app that follows parcels adds (``step`` of its headline)."""
    if order.state == "cancelled":
        return []
    is_paid = order.payment_state not in {"pending", "partly_paid", "failed"}
    is_sent = order.fulfilment_state != "unfulfilled"
    is_all_sent = is_sent and order.state != "open"
    paid_at = max((payment.paid_at for payment in order.payments.all()), default=None)
    steps: list[dict[str, Any]] = [
        {"label": _("Ordered"), "state": "done", "at": order.placed_at},
        {
            "label": _("Paid") if is_paid else _("Payment"),
            "state": "done" if is_paid else ("problem" if order.payment_state == "failed" else "current"),
            "at": paid_at if is_paid else None,
            "text": "" if is_paid else _payment_word(order),
        },
        {
            "label": _("Sent") if is_all_sent else _("Partly sent") if is_sent else _("Getting ready"),
            "state": "done" if is_all_sent else ("current" if is_paid or is_sent else "todo"),
        },
    ]
    if headline and "step" in headline.context:
        return [*steps, headline.context["step"]]
    return [*steps, {"label": _("Delivery"), "state": "current" if is_all_sent else "todo"}]


def _payment_word(order: Order) -> str:
    if order.payment_state == "failed":
        return _("not successful")
    return _("partly paid") if order.payment_state == "partly_paid" else _("still open")


def _shown(line: Line, order: Order, language: str) -> ShownLine:
    return ShownLine(
        title=line.title_in(language),
        detail=line.variant.title if line.variant else "",
        image=line.picture,
        quantity=line.quantity,
        unit_minor=line.unit_price_minor,
        total_minor=line.total_minor,
        is_gone=line.cancelled_quantity == line.quantity,
        marks=_marks(line, order),
    )


def _marks(line: Line, order: Order) -> tuple[tuple[str, str], ...]:
    """What happened to a line's pieces, said only where the lines of an order differ."""
    if order.state == "cancelled":
        return ()
    marks: list[tuple[str, str]] = []
    if line.cancelled_quantity:
        words = ngettext("%(count)s cancelled", "%(count)s cancelled", line.cancelled_quantity)
        marks.append((words % {"count": line.cancelled_quantity}, "danger"))
    if line.refunded_quantity:
        words = ngettext("%(count)s refunded", "%(count)s refunded", line.refunded_quantity)
        marks.append((words % {"count": line.refunded_quantity}, "info"))
    if line.open_quantity and order.fulfilment_state == "partial" and line.kind != Line.Kind.FEE:
        words = ngettext("%(count)s not sent yet", "%(count)s not sent yet", line.open_quantity)
        marks.append((words % {"count": line.open_quantity}, "warn"))
    return tuple(marks)


def _amounts(order: Order, payments: Sequence[Payment], refunds: Sequence[Refund]) -> list[Amount]:
    discount = (
        _("Discount (%(code)s)") % {"code": order.discount_code} if order.discount_code else _("Discount")
    )
    tax = 0 if order.prices_include_tax else order.tax_minor
    rows = [
        Amount(label=_("Items"), minor=order.subtotal_minor),
        Amount(label=discount, minor=-order.discount_minor),
        Amount(label=_("Shipping"), minor=order.shipping_minor),
        Amount(label=_("Fees"), minor=order.fee_minor),
        Amount(label=_("Tax"), minor=tax),
        Amount(label=_("Other adjustments"), minor=order.adjustment_minor),
    ]
    keep = [row for row in rows if row.minor or row.label in {_("Items"), _("Shipping")}]
    keep.append(Amount(label=_("Total"), minor=order.total_minor, kind="total"))
    for payment in payments:
        label = _("Paid by %(method)s") % {"method": method_name(payment.method)}
        keep.append(Amount(label=label, minor=payment.amount_minor, kind="soft", at=payment.paid_at))
    keep += [
        Amount(label=_("Refunded"), minor=-refund.amount_minor, kind="soft", at=refund.refunded_at)
        for refund in refunds
    ]
    if order.due_minor and order.state != "cancelled":
        keep.append(Amount(label=_("Still to pay"), minor=order.due_minor, kind="due"))
    return keep


def _money_note(order: Order) -> str:
    """What happens with the money, in one sentence, where the figures alone do not say it."""
    method = method_name(order.payment_method) if order.payment_method else ""
    if order.state == "cancelled" and order.refundable_minor:
        return _("We pay back what you paid, the same way you paid it.")
    if order.state == "cancelled":
        return (
            _("Nothing is to be paid.") if not order.refunded_minor else _("Your money has been paid back.")
        )
    if not order.due_minor or order.payment_state == "failed":
        return ""
    if method_key(order.payment_method) in {"bank_transfer", "wire", "prepayment"}:
        return _("Please name the order number %(number)s in your transfer.") % {"number": order.number}
    if method:
        return _("You chose to pay by %(method)s.") % {"method": method}
    return ""
