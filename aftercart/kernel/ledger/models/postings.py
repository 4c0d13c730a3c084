"""What was posted: written once, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.kernel.ledger.models.accounts import Account, Book


class PostingKind(models.TextChoices):
    GRANT = "grant", "Granted"
    SPEND = "spend", "Spent"
    CAPTURE = "capture", "Captured"
    REVERSAL = "reversal", "Reversed"
    EXPIRY = "expiry", "Expired"
    TRANSFER = "transfer", "Transferred"


class Posting(models.Model):
    """One balanced movement, once per key. ``source`` names what caused it, as ``"order:17"``."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=20, choices=PostingKind.choices)
    key = models.CharField(max_length=160, unique=True)
    fingerprint = models.CharField(
        max_length=64, help_text="Of what was asked, to tell a replay from a misuse."
    )
    reason = models.CharField(max_length=120, blank=True)
    actor = models.CharField(max_length=80)
    source = models.CharField(max_length=80, blank=True)
    reverses = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversals"
    )
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PostingKind.values), name="ledger_posting_kind"),
            models.CheckConstraint(
                condition=Q(kind=PostingKind.REVERSAL, reverses__isnull=False)
                | (~Q(kind=PostingKind.REVERSAL) & Q(reverses__isnull=True)),
                name="ledger_posting_reverses",
            ),
        ]
        indexes = [models.Index(fields=["source"], condition=~Q(source=""), name="ledger_posting_source")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Entry(models.Model):
    """One side of a posting: a signed amount on one account. The entries of a posting add up to zero."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["posting", "account"], name="ledger_entry_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_entry_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+} on {self.account_id}"
