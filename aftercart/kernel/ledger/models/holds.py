"""Amounts set aside for one purpose, until captured, released or too late."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from aftercart.kernel.ledger.models.accounts import Account
from aftercart.kernel.ledger.models.lots import Lot
from aftercart.kernel.ledger.models.postings import Posting


class HoldState(models.TextChoices):
    OPEN = "open", "Open"
    CAPTURED = "captured", "Captured"
    RELEASED = "released", "Released"
    EXPIRED = "expired", "Expired"


class HoldQuerySet(models.QuerySet["Hold"]):
    def overdue(self, now: datetime) -> HoldQuerySet:
        """Open past their end."""
        return self.filter(state=HoldState.OPEN, expires_at__lte=now)


class Hold(models.Model):
    """An amount set aside for one purpose until it is captured, released or too late."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    key = models.CharField(max_length=160, unique=True)
    fingerprint = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.OPEN)
    actor = models.CharField(max_length=80)
    source = models.CharField(max_length=80, blank=True)
    posting = models.OneToOneField(
        Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="captured_hold"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=HoldState.values), name="ledger_hold_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_hold_amount"),
            models.CheckConstraint(
                condition=Q(state=HoldState.CAPTURED, posting__isnull=False)
                | (~Q(state=HoldState.CAPTURED) & Q(posting__isnull=True)),
                name="ledger_hold_captured",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state=HoldState.OPEN), name="ledger_hold_open"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.amount} ({self.key})"


class HoldPart(models.Model):
    """What a hold keeps of one lot. What was held in time stays good when the lot expires meanwhile."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="parts")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="hold_parts")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hold", "lot"], name="ledger_holdpart_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_holdpart_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of lot {self.lot_id}"
