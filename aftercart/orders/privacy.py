"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from aftercart.kernel.privacy.registry import (
    Identifiers,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet
from aftercart.kernel.privacy.scrubbing import ERASED, Scrubber
from aftercart.orders.actions import erase_customer
from aftercart.orders.models import (
    Change,
    FulfilmentState,
    Invoice,
    Line,
    Note,
    Order,
    Payment,
    Refund,
    RefundRequest,
    State,
)

TAX_LAW = "as long as tax law asks for the books, usually 10 years"
STALE = timedelta(days=90)
NAMING_PARTS = ("name", "line1", "line2", "company")


def _identify(customer_id: int) -> Identifiers:
    known = Identifiers()
    rows = Order.objects.filter(customer_id=customer_id)
    for pk, email, phone, *addresses in rows.values_list("pk", "email", "phone", "ship_to", "bill_to"):
        known |= Identifiers(
            emails=frozenset({email} - {""}),
            phones=frozenset({phone, *(_part(one, "phone") for one in addresses)} - {""}),
            names=frozenset({_part(one, "name") for one in addresses} - {""}),
            texts=frozenset({_part(one, part) for one in addresses for part in NAMING_PARTS} - {""}),
            subjects=frozenset({f"order:{pk}"}),
        )
    for wish in Change.objects.filter(order__customer_id=customer_id).values_list("wish", flat=True):
        if address := wish.get("ship_to"):
            known |= Identifiers(
                phones=frozenset({_part(address, "phone")} - {""}),
                names=frozenset({_part(address, "name")} - {""}),
                texts=frozenset({_part(address, part) for part in NAMING_PARTS} - {""}),
            )
    return known


def _part(address: Mapping[str, str], part: str) -> str:
    return str(address.get(part, ""))


def _export(person: Person) -> Iterable[Sheet]:
    number = person.customer_id
    yield sheet(
        "orders",
        "Your orders.",
        Order.objects.filter(customer_id=number),
        *("id", "number", "channel__name", "placed_at", "state", "payment_state", "fulfilment_state"),
        *("email", "phone", "language", "currency", "subtotal_minor", "discount_minor", "shipping_minor"),
        *("fee_minor", "tax_minor", "total_minor", "paid_minor", "refunded_minor", "discount_code"),
        *("payment_method", "shipping_method", "ship_to", "bill_to", "promised_on", "cancelled_at"),
        *("cancel_reason", "tags", "source"),
    )
    yield sheet(
        "lines",
        "What you ordered.",
        Line.objects.filter(order__customer_id=number),
        *("order__number", "position", "kind", "sku", "title", "quantity", "unit_price_minor"),
        *("discount_minor", "total_minor", "fulfilled_quantity", "cancelled_quantity", "refunded_quantity"),
    )
    yield sheet(
        "payments",
        "What you paid.",
        Payment.objects.filter(order__customer_id=number),
        *("order__number", "method", "reference", "amount_minor", "paid_at"),
    )
    yield sheet(
        "refunds",
        "What you got back.",
        Refund.objects.filter(order__customer_id=number),
        *("order__number", "amount_minor", "reason", "refunded_at"),
    )
    yield from _said(number)


def _said(number: int) -> Iterable[Sheet]:
    yield sheet(
        "changes",
        "Changes you asked for.",
        Change.objects.filter(order__customer_id=number),
        *("order__number", "kind", "state", "wish", "before", "after", "total_before_minor"),
        *("total_after_minor", "note", "answer", "asked_at", "ended_at"),
    )
    yield sheet(
        "invoices",
        "Your invoices and credit notes, as they were issued; the PDFs are on your order page.",
        Invoice.objects.filter(order__customer_id=number),
        *("number", "kind", "order__number", "currency", "total_minor", "content", "issued_at"),
    )
    yield sheet(
        "refund_requests",
        "Refunds that colleagues asked for.",
        RefundRequest.objects.filter(order__customer_id=number),
        *("order__number", "amount_minor", "reason", "words", "state", "decision", "asked_at"),
    )
    yield sheet(
        "notes",
        "What colleagues noted on your orders.",
        Note.objects.filter(order__customer_id=number),
        *("order__number", "text", "written_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    scrub = Scrubber(person.known_by).text
    return erase_customer(customer_id=person.customer_id, scrub=scrub, blank=ERASED)


def _hinder(person: Person) -> Sequence[str]:
    """Someone who waits for a parcel must stay reachable until it is on its way."""
    waiting = Order.objects.filter(
        customer_id=person.customer_id,
        state=State.OPEN,
        paid_minor__gt=0,
        placed_at__gt=person.now - STALE,
    ).exclude(fulfilment_state=FulfilmentState.FULFILLED)
    numbers = waiting.order_by("pk").values_list("number", flat=True)
    return [f"Order {number} is paid and not yet sent." for number in numbers]


personal_data(
    app="orders",
    tables=[
        Table(
            model="orders.Order",
            treatment=Treatment.PSEUDONYMISED,
            retention=TAX_LAW,
            reason="amounts, dates and the country; no name, address, e-mail or phone",
        ),
        Table(
            model="orders.Refund",
            treatment=Treatment.PSEUDONYMISED,
            retention=TAX_LAW,
            reason="amounts, dates and reasons without names",
        ),
        Table(
            model="orders.Change",
            treatment=Treatment.PSEUDONYMISED,
            retention=TAX_LAW,
            reason="what became dearer or cheaper and when; no name, address or words",
        ),
        Table(
            model="orders.Invoice",
            treatment=Treatment.KEPT,
            retention=TAX_LAW,
            reason="an invoice names its buyer by law and may not be changed; it goes when that time is over",
        ),
        Table(
            model="orders.RefundRequest",
            treatment=Treatment.PSEUDONYMISED,
            retention=TAX_LAW,
            reason="how much was asked and why; nobody's words",
        ),
        Table(model="orders.Note", treatment=Treatment.ERASED, retention=TAX_LAW),
        *(
            Table(model=f"orders.{name}", treatment=Treatment.KEPT, retention=TAX_LAW, reason="names nobody")
            for name in ("Line", "Fulfilment", "FulfilmentLine", "Payment")
        ),
    ],
    identify=_identify,
    export=_export,
    erase=_erase,
    hinder=_hinder,
)
