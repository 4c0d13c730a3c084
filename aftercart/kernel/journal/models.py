"""The journal's tables: what happened, how far each listener has read, and what it could not take."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.kernel.tables import CurrentTransaction


class EntryQuerySet(models.QuerySet["Entry"]):
    def timeline(self, *, customer_id: int) -> EntryQuerySet:
        """A customer's story, newest first."""
        return self.filter(customer_id=customer_id).order_by("-occurred_at", "-id")

    def about(self, subject: str) -> EntryQuerySet:
        """Everything that happened to one thing (``"order:17"``), newest first."""
        return self.filter(subject=subject).order_by("-occurred_at", "-id")


class Entry(models.Model):
    """One thing that happened, written once, in the transaction that made it true.

    Listeners read in the order ``(xid, id)`` and only below the oldest running transaction, so an
    entry whose transaction commits late is never skipped (docs/decisions/0003).
    """

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True, default="")
    customer_id = models.BigIntegerField(null=True, blank=True)
    anonymous_id = models.CharField(max_length=64, blank=True, default="")
    channel_id = models.BigIntegerField(null=True, blank=True)
    actor = models.CharField(max_length=80, default="system")
    source = models.CharField(max_length=40, default="app")
    is_history = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    dedupe_key = models.CharField(max_length=160, null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=Q(dedupe_key__isnull=False), name="journal_entry_once"
            ),
        ]
        indexes = [
            models.Index(fields=["xid", "id"], name="journal_entry_order"),
            models.Index(
                fields=["customer_id", "-occurred_at", "-id"],
                condition=Q(customer_id__isnull=False),
                name="journal_entry_timeline",
            ),
            models.Index(
                fields=["subject", "-occurred_at"], condition=~Q(subject=""), name="journal_entry_about"
            ),
            models.Index(
                fields=["anonymous_id"], condition=~Q(anonymous_id=""), name="journal_entry_anonymous"
            ),
            models.Index(
                fields=["source"], condition=Q(source__startswith="import:"), name="journal_entry_import"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}".strip()
