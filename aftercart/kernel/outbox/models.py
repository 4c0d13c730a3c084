"""The outbox's table: what is to be done outside, by whom right now, and how it went."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Count, Q

WAITING = ("pending", "failed")
HELD = ("leased", "sending")


class EffectQuerySet(models.QuerySet["Effect"]):
    def due(self, now: datetime) -> EffectQuerySet:
        """Waiting effects whose time has come, oldest first."""
        return self.filter(state__in=WAITING, next_try_at__lte=now).order_by("next_try_at", "id")

    def abandoned(self, now: datetime) -> EffectQuerySet:
        """Held by a worker whose lease ran out: it died, or it hangs."""
        return self.filter(state__in=HELD, lease_until__lt=now)

    def troubled(self) -> EffectQuerySet:
        """What a person should look at: given up, or possibly sent."""
        return self.filter(state__in=(Effect.State.DEAD, Effect.State.UNCLEAR))

    def about(self, subject: str) -> EffectQuerySet:
        """Effects of one thing (``"order:7"``), newest first."""
        return self.filter(subject=subject).order_by("-id")

    def listed(self, *, state: str = "", kind: str = "", purpose: str = "", text: str = "") -> EffectQuerySet:
        """A page of the desk: newest first, narrowed by what is given; ``text`` is in key, subject or error."""
        found = self.order_by("-id")
        for field, value in (("state", state), ("kind", kind), ("purpose", purpose)):
            if value:
                found = found.filter(**{field: value})
        if text:
            found = found.filter(
                Q(key__icontains=text) | Q(subject__icontains=text) | Q(last_error__icontains=text)
            )
        return found

    def counts(self) -> dict[str, int]:
        """How many are in each state; every state is a key."""
        found = dict(self.order_by().values_list("state").annotate(Count("id")))
        return {state: found.get(state, 0) for state in Effect.State.values}


class Effect(models.Model):
    """One thing to be done outside: a mail to send, a carrier to call. ``key`` makes it once, ever."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        LEASED = "leased", "Taken by a worker"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed, will be tried again"
        DEAD = "dead", "Given up"
        STALE = "stale", "Not needed any more"
        UNCLEAR = "unclear", "Possibly sent"
        CANCELLED = "cancelled", "Cancelled"

    class Purpose(models.TextChoices):
        TRANSACTIONAL = "transactional", "Transactional"
        MARKETING = "marketing", "Marketing"

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    purpose = models.CharField(max_length=13, choices=Purpose.choices)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_owner = models.CharField(max_length=120, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.BigIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    channel_id = models.BigIntegerField(null=True, blank=True)
    customer_id = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=80, blank=True, default="")
    actor = models.CharField(max_length=80, default="system")
    created_at = models.DateTimeField()
    first_tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_message_id = models.CharField(max_length=250, blank=True, default="")
    reply = models.CharField(max_length=500, blank=True, default="")

    objects = EffectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "pending",
                        "leased",
                        "sending",
                        "sent",
                        "failed",
                        "dead",
                        "stale",
                        "unclear",
                        "cancelled",
                    ]
                ),
                name="outbox_effect_state",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["transactional", "marketing"]), name="outbox_effect_purpose"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HELD) | Q(lease_until__isnull=False), name="outbox_effect_held"
            ),
        ]
        indexes = [
            models.Index(
                fields=["purpose", "next_try_at", "id"],
                condition=Q(state__in=WAITING),
                name="outbox_effect_due",
            ),
            models.Index(fields=["lease_until"], condition=Q(state__in=HELD), name="outbox_effect_held"),
            models.Index(fields=["state", "-id"], name="outbox_effect_state"),
            models.Index(fields=["subject", "-id"], condition=~Q(subject=""), name="outbox_effect_about"),
            models.Index(
                fields=["customer_id", "-id"],
                condition=Q(customer_id__isnull=False),
                name="outbox_effect_customer",
            ),
            models.Index(
                fields=["provider_message_id"],
                condition=~Q(provider_message_id=""),
                name="outbox_effect_provider",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"
