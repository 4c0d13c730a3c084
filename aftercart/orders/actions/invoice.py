"""Issuing invoices and credit notes: numbers without gaps, each document once, never changed."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.lock import lock_order
from aftercart.orders.events import InvoiceIssued
from aftercart.orders.invoices.content import Content, credit_content, digest_of, invoice_content, language_of
from aftercart.orders.models import Order, Refund
from aftercart.orders.models.invoice import Invoice, InvoiceKind, InvoiceSeries, InvoiceSettings
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel

SHORT = {InvoiceKind.INVOICE: "", InvoiceKind.CREDIT_NOTE: "C"}


@transaction.atomic
def issue_invoice(*, order_id: int, actor: str, now: datetime | None = None) -> Invoice:
    """Write the order's invoice as it stands; a second call gives the first one.

    Raises:
        Refused: when the order is cancelled: nothing is owed for it.
    """
    order = lock_order(order_id)
    key = f"invoice:{order.pk}"
    known = Invoice.objects.filter(key=key).first()
    if known:
        return known
    if order.state == "cancelled":
        raise Refused("This order is cancelled: there is nothing to invoice.")
    issued_at = now or clock.now()
    year, sequence, number = _next_number(order.channel, InvoiceKind.INVOICE, issued_at)
    content = invoice_content(order, number=number, issued_at=issued_at)
    return _issue(
        order,
        content,
        kind=InvoiceKind.INVOICE,
        year=year,
        sequence=sequence,
        key=key,
        total_minor=order.total_minor,
        actor=actor,
        issued_at=issued_at,
    )


@transaction.atomic
def issue_credit_note(*, refund_id: int, actor: str, now: datetime | None = None) -> Invoice | None:
    """Write the credit note of a refund, once; ``None`` for an order without an invoice."""
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    order = lock_order(refund.order_id)
    return _credit(
        order,
        minor=refund.amount_minor,
        key=f"credit:refund:{refund.pk}",
        refund=refund,
        actor=actor,
        now=now,
    )


@transaction.atomic
def credit_cancellation(*, order_id: int, actor: str, now: datetime | None = None) -> Invoice | None:
    """Write the credit note of an invoiced order that was cancelled before any money came; once."""
    order = lock_order(order_id)
    if order.state != "cancelled" or order.paid_minor:
        return None
    return _credit(order, minor=None, key=f"credit:order:{order.pk}", refund=None, actor=actor, now=now)


def _credit(
    order: Order, *, minor: int | None, key: str, refund: Refund | None, actor: str, now: datetime | None
) -> Invoice | None:
    known = Invoice.objects.filter(key=key).first()
    invoice = Invoice.objects.filter(order=order, kind=InvoiceKind.INVOICE).first()
    if known or invoice is None:
        return known
    amount = invoice.total_minor if minor is None else minor
    issued_at = now or clock.now()
    year, sequence, number = _next_number(order.channel, InvoiceKind.CREDIT_NOTE, issued_at)
    content = credit_content(order, invoice, number=number, issued_at=issued_at, minor=amount, refund=refund)
    return _issue(
        order,
        content,
        kind=InvoiceKind.CREDIT_NOTE,
        year=year,
        sequence=sequence,
        key=key,
        total_minor=-amount,
        actor=actor,
        issued_at=issued_at,
        corrects=invoice,
        refund=refund,
    )


def _next_number(channel: Channel, kind: InvoiceKind, at: datetime) -> tuple[int, int, str]:
    """The next number of the channel's year. The counter's row stays locked until the document is committed, so a
    rollback gives the number back and nobody can have taken the next one meanwhile."""
    year = at.astimezone(zoneinfo.ZoneInfo(channel.timezone)).year
    InvoiceSeries.objects.get_or_create(channel=channel, kind=kind, year=year)
    series = InvoiceSeries.objects.select_for_update().get(channel=channel, kind=kind, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return year, series.last, f"{channel.slug.upper()}-{SHORT[kind]}{year}-{series.last:05d}"


def _issue(
    order: Order,
    content: Content,
    *,
    kind: InvoiceKind,
    year: int,
    sequence: int,
    key: str,
    total_minor: int,
    actor: str,
    issued_at: datetime,
    corrects: Invoice | None = None,
    refund: Refund | None = None,
) -> Invoice:
    invoice = Invoice.objects.create(
        channel_id=order.channel_id,
        order=order,
        kind=kind,
        year=year,
        sequence=sequence,
        number=content["number"],
        corrects=corrects,
        refund=refund,
        key=key,
        language=language_of(order),
        currency=order.currency,
        total_minor=total_minor,
        content=content,
        digest=digest_of(content),
        actor=actor,
        issued_at=issued_at,
    )
    event = InvoiceIssued(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        invoice_id=invoice.pk,
        invoice_number=invoice.number,
        kind=str(kind),
        currency=order.currency,
        total_minor=total_minor,
    )
    publish(event, actor=actor, occurred_at=issued_at, dedupe_key=f"invoice-issued:{invoice.pk}")
    return invoice


def is_automatic(channel_id: int) -> bool:
    """Whether a channel's orders are invoiced by themselves."""
    return InvoiceSettings.objects.filter(channel_id=channel_id, is_automatic=True).exists()


@transaction.atomic
def save_invoice_settings(
    *, channel_id: int, is_automatic: bool, tax_number: str, footer: str
) -> InvoiceSettings:
    """How a channel writes invoices from now on; documents that were issued stay as they are."""
    values = {"is_automatic": is_automatic, "tax_number": tax_number[:60], "footer": footer[:300]}
    return InvoiceSettings.objects.update_or_create(channel_id=channel_id, defaults=values)[0]
