"""Invoices and credit notes as they were issued, and the counters their numbers come from.

Money columns are integer minor units of the document's ``currency``.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.orders.models.order import Order, Refund
from aftercart.stores.models import Channel


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", "Invoice"
    CREDIT_NOTE = "credit_note", "Credit note"


class InvoiceSettings(models.Model):
    """How a channel writes invoices. A channel without a row issues none by itself."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="invoice_settings")
    is_automatic = models.BooleanField(default=False, help_text="An invoice when an order is paid in full.")
    tax_number = models.CharField(max_length=60, blank=True, help_text="VAT or tax number of the seller.")
    footer = models.CharField(max_length=300, blank=True, help_text="A line at the end: register, bank.")

    def __str__(self) -> str:
        return f"Invoices of {self.channel_id}"


class InvoiceSeries(models.Model):
    """The counter of one channel, kind and year. Its row is locked in the transaction that writes the document."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=InvoiceKind.choices)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind", "year"], name="orders_invoiceseries_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} of {self.channel_id}"


class Invoice(models.Model):
    """A document as it was issued: ``content`` holds every word and figure of it, ``digest`` its SHA-256.

    Never changed and never deleted: what is wrong is corrected by a credit note, which ``corrects`` its invoice.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="invoices")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=20, choices=InvoiceKind.choices)
    year = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=80, unique=True)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes"
    )
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_note"
    )
    key = models.CharField(max_length=80, unique=True, help_text="The same deed twice is one document.")
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    actor = models.CharField(max_length=80)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "kind", "year", "sequence"], name="orders_invoice_number_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects__isnull=True, refund__isnull=True)
                | Q(kind="credit_note", corrects__isnull=False),
                name="orders_invoice_corrects",
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="orders_invoice_sequence"),
        ]

    def __str__(self) -> str:
        return self.number
