"""The parts of a balance, each with its own life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Min, Q, Sum

from aftercart.kernel.ledger.models.accounts import Account, Book
from aftercart.kernel.ledger.models.postings import Posting


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What one holder is about to lose, and when the first of it ends."""

    holder: str
    amount: int
    first_at: datetime


class LotKind(models.TextChoices):
    PRINCIPAL = "principal", "Principal"
    PROMOTIONAL = "promotional", "Promotional"


class LotQuerySet(models.QuerySet["Lot"]):
    def due(self, now: datetime) -> LotQuerySet:
        """Past their expiry with something left that no hold keeps."""
        return self.filter(expires_at__lte=now, remaining__gt=F("held"))

    def expiring(self, book: Book, *, now: datetime, within: timedelta) -> list[Ending]:
        """Who loses how much within the time, the earliest first: what a warning mail is made of."""
        rows = (
            self.filter(account__book=book, expires_at__gt=now, expires_at__lte=now + within, remaining__gt=0)
            .values(holder=F("account__holder"))
            .annotate(amount=Sum("remaining"), first_at=Min("expires_at"))
            .order_by("first_at", "holder")
        )
        return [Ending(holder=row["holder"], amount=row["amount"], first_at=row["first_at"]) for row in rows]


class Lot(models.Model):
    """A part of a holder's balance with its own life: when it may be spent, when it ends, what it is.

    ``remaining`` and ``held`` are caches of the lot's entries and of the open holds on it.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="lots")
    kind = models.CharField(max_length=20, choices=LotKind.choices, default=LotKind.PRINCIPAL)
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    held = models.BigIntegerField(default=0)
    activates_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LotKind.values), name="ledger_lot_kind"),
            models.CheckConstraint(
                condition=Q(held__gte=0, remaining__gte=F("held"), amount__gte=F("remaining"), amount__gt=0),
                name="ledger_lot_within_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(remaining__gt=0), name="ledger_lot_open"),
            models.Index(
                fields=["expires_at"],
                condition=Q(remaining__gt=0, expires_at__isnull=False),
                name="ledger_lot_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining} of {self.amount} {self.kind}"

    @property
    def free(self) -> int:
        """What no hold keeps."""
        return self.remaining - self.held

    def is_active(self, now: datetime) -> bool:
        """Whether it may be spent at this moment."""
        begun = self.activates_at is None or self.activates_at <= now
        return begun and (self.expires_at is None or self.expires_at > now)


class LotRole(models.TextChoices):
    MOVED = "moved", "Moved by the posting"
    SETTLED = "settled", "Used up to settle a negative balance"


class LotEntry(models.Model):
    """What a posting put into or took out of a lot."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="lot_entries")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()
    role = models.CharField(max_length=10, choices=LotRole.choices, default=LotRole.MOVED)

    class Meta:
        verbose_name_plural = "lot entries"
        constraints = [
            models.UniqueConstraint(fields=["posting", "lot", "role"], name="ledger_lotentry_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_lotentry_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+} on lot {self.lot_id}"
