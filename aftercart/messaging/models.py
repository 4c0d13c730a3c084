"""Addresses that messages no longer go to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Suppression(models.Model):
    """An address no message goes to: there is no such mailbox, its owner complained, a colleague said so."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce", "The mailbox does not exist"
        COMPLAINT = "complaint", "Reported as spam"
        MANUAL = "manual", "Set by a colleague"

    address_key = models.CharField(max_length=254, unique=True, help_text="Trimmed and case-folded.")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    detail = models.TextField(blank=True)
    actor = models.CharField(max_length=80, default="system")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["bounce", "complaint", "manual"]), name="messaging_suppression_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address_key} ({self.reason})"
