"""The journal's tables: what happened, how far each listener has read, and what it could not take."""

from __future__ import annotations

from datetime import datetime

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
            models.Index(fields=["name", "is_history", "xid", "id"], name="journal_entry_heard"),
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


class Progress(models.Model):
    """How far one listener has read: everything up to ``(xid, entry_id)`` is behind it.

    Its row lock is the right to run the listener. ``generation`` grows when a person moves the position.
    """

    listener = models.CharField(max_length=120, primary_key=True)
    xid = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    generation = models.PositiveIntegerField(default=0)
    heard = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    advanced_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return self.listener


class DeadLetterQuerySet(models.QuerySet["DeadLetter"]):
    def open(self) -> DeadLetterQuerySet:
        """What still waits for its listener, the newest first."""
        return self.filter(resolved_at__isnull=True).order_by("-id")

    def due(self, now: datetime) -> DeadLetterQuerySet:
        """What is to be tried again now, the oldest entry first."""
        return self.filter(resolved_at__isnull=True, next_try_at__lte=now).order_by("entry_id")


class DeadLetter(models.Model):
    """An entry that a listener could not take. Tried again by itself for some hours, then by a person.

    ``next_try_at`` is null once the automatic tries are used up.
    """

    id = models.BigAutoField(primary_key=True)
    listener = models.CharField(max_length=120)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="dead_letters")
    error = models.CharField(max_length=500)
    traceback = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=1)
    first_failed_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=80, blank=True, default="", help_text="How it ended.")

    objects = DeadLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listener", "entry"], name="journal_deadletter_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(resolved_at__isnull=True), name="journal_deadletter_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listener}: entry {self.entry_id}"
