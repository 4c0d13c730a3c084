"""What a document says, word by word, in the order's language: frozen when it is issued."""

from __future__ import annotations

import hashlib
import json
import zoneinfo
from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _

from aftercart.kernel.money import format_minor
from aftercart.orders.addresses import Address, address_lines
from aftercart.orders.invoices.vat import Taxed, VatRow, vat_rows
from aftercart.orders.models import Line, Order, Refund
from aftercart.orders.models.invoice import Invoice, InvoiceSettings
from aftercart.stores.models import Merchant

Content = dict[str, Any]


def digest_of(content: Content) -> str:
    """SHA-256 of a document's content: JSON, keys sorted, no spaces."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def language_of(order: Order) -> str:
    """The language of ours that the order's is, else English."""
    try:
        return translation.get_supported_language_variant(order.language)
    except LookupError:
        return "en"


def invoice_content(order: Order, *, number: str, issued_at: datetime) -> Content:
    """An invoice over an order as it stands now."""
    language = language_of(order)
    with translation.override(language):
        lines = list(order.lines.select_related("variant__product").order_by("position"))
        return {
            **_head(order, language, _("Invoice"), number, issued_at),
            "headers": [_("Item"), _("Quantity"), _("Price"), _("Amount")],
            "rows": [_row(order, line, language) for line in lines],
            "totals": _totals(order, language),
            **_vat(order, lines, language),
            "notes": [_("The prices include VAT.") if order.prices_include_tax and order.tax_minor else ""],
            "figures": {"total_minor": order.total_minor, "tax_minor": order.tax_minor},
        }


def credit_content(
    order: Order, invoice: Invoice, *, number: str, issued_at: datetime, minor: int, refund: Refund | None
) -> Content:
    """A credit note over a refund of an invoiced order, or over the whole of an order cancelled unpaid."""
    language = language_of(order)
    with translation.override(language):
        amount = format_minor(-minor, order.currency, language)
        corrected = _("Corrects invoice %(number)s of %(day)s") % {
            "number": invoice.number,
            "day": _day(order, invoice.issued_at, language),
        }
        return {
            **_head(order, language, _("Credit note"), number, issued_at),
            "headers": [_("Item"), _("Quantity"), _("Price"), _("Amount")],
            "rows": [
                *[[title, str(quantity), "", ""] for title, quantity in _pieces(refund, language)],
                [_("Refund") if refund else _("Order cancelled"), "", "", amount],
            ],
            "totals": [[_("Total"), amount, "strong"]],
            **_credit_vat(order, invoice, minor, language),
            "notes": [corrected],
            "figures": {"total_minor": -minor, "corrects": invoice.number},
        }


def _head(order: Order, language: str, title: str, number: str, issued_at: datetime) -> Content:
    settings = InvoiceSettings.objects.filter(channel_id=order.channel_id).first()
    ship_to = address_lines(Address.from_mapping(order.ship_to), language)
    buyer = address_lines(Address.from_mapping(order.bill_to), language) or ship_to
    return {
        "title": title,
        "number": number,
        "language": language,
        "issued_at": issued_at.isoformat(),
        "seller": _seller(order, settings),
        "seller_label": _("Seller"),
        "buyer": buyer or [order.email],
        "buyer_label": _("Buyer"),
        "ship_to": ship_to if ship_to != buyer else [],
        "ship_to_label": _("Delivered to"),
        "meta": [
            [_("Number"), number],
            [_("Date"), _day(order, issued_at, language)],
            [_("Order"), order.number],
            [_("Ordered on"), _day(order, order.placed_at, language)],
        ],
        "footer": settings.footer if settings else "",
        "currency": order.currency,
    }


def _seller(order: Order, settings: InvoiceSettings | None) -> list[str]:
    merchant = Merchant.objects.first()
    name = (merchant.legal_name or merchant.name) if merchant else order.channel.name
    address = merchant.postal_address.splitlines() if merchant else []
    tax = (
        _("Tax number: %(number)s") % {"number": settings.tax_number}
        if settings and settings.tax_number
        else ""
    )
    return [line for line in (name, *address, merchant.email if merchant else "", tax) if line.strip()]


def _day(order: Order, moment: datetime, language: str) -> str:
    local = moment.astimezone(zoneinfo.ZoneInfo(order.channel.timezone))
    return str(format_date(local.date(), format="long", locale=language))


def _row(order: Order, line: Line, language: str) -> list[str]:
    title = line.title_in(language)
    detail = line.variant.title if line.variant else ""
    discount = (
        _("less %(amount)s") % {"amount": format_minor(line.discount_minor, order.currency, language)}
        if line.discount_minor
        else ""
    )
    words = " · ".join(part for part in (title, detail, line.sku, discount) if part)
    return [
        words,
        str(line.quantity),
        format_minor(line.unit_price_minor, order.currency, language),
        format_minor(line.total_minor, order.currency, language),
    ]


def _totals(order: Order, language: str) -> list[list[str]]:
    rows = [
        (_("Items"), order.subtotal_minor),
        (_("Discount"), -order.discount_minor),
        (_("Shipping"), order.shipping_minor),
        (_("Fees"), order.fee_minor),
        (_("Tax"), 0 if order.prices_include_tax else order.tax_minor),
        (_("Other adjustments"), order.adjustment_minor),
    ]
    shown = [[label, format_minor(minor, order.currency, language), ""] for label, minor in rows if minor]
    return [*shown, [_("Total"), format_minor(order.total_minor, order.currency, language), "strong"]]


def _vat(order: Order, lines: list[Line], language: str) -> Content:
    taxed = [Taxed(amount_minor=line.total_minor, tax_minor=line.tax_minor) for line in lines]
    rows = vat_rows(taxed, includes_tax=order.prices_include_tax, tax_minor=order.tax_minor)
    if rows is not None and order.discount_minor == 0 and order.shipping_minor == 0:
        return {"vat": [_vat_row(row, order.currency, language) for row in rows], "vat_note": ""}
    return {"vat": [], "vat_note": _vat_note(order, language)}


def _vat_note(order: Order, language: str) -> str:
    if not order.tax_minor:
        return _("VAT is not shown: the shop's records of this order do not say how much it contains.")
    amount = format_minor(order.tax_minor, order.currency, language)
    return _("VAT: %(amount)s. It is not known by rate.") % {"amount": amount}


def _vat_row(row: VatRow, currency: str, language: str) -> list[str]:
    rate = f"{row.rate / 10:g} %".replace(".", "," if language in {"pl", "ru"} else ".")
    return [
        _("VAT %(rate)s") % {"rate": rate},
        format_minor(row.net_minor, currency, language),
        format_minor(row.tax_minor, currency, language),
    ]


def _credit_vat(order: Order, invoice: Invoice, minor: int, language: str) -> Content:
    """The whole invoice's VAT when the whole goes back; of a part it is not known without its lines' rates."""
    if minor == invoice.total_minor and order.tax_minor:
        amount = format_minor(-order.tax_minor, order.currency, language)
        return {"vat": [], "vat_note": _("VAT contained: %(amount)s") % {"amount": amount}}
    return {"vat": [], "vat_note": _("The VAT of this part is not known by rate.")}


def _pieces(refund: Refund | None, language: str) -> list[tuple[str, int]]:
    if refund is None or not refund.lines:
        return []
    wanted = {int(line_id): int(quantity) for line_id, quantity in refund.lines}
    lines = Line.objects.filter(pk__in=wanted).select_related("variant__product").order_by("position")
    return [(line.title_in(language), wanted[line.pk]) for line in lines]
