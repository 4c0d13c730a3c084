"""Refunds as colleagues asked for them: given within a limit, or waiting for somebody who may give more."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.orders.models.order import Order
from aftercart.stores.models import Channel


class RefundLimit(models.Model):
    """What a role may give back alone in a channel, in minor units of the channel's currency; empty: no limit."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="refund_limits")
    role = models.CharField(max_length=20)
    per_refund_minor = models.BigIntegerField(null=True, blank=True)
    per_day_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "role"], name="orders_refundlimit_once"),
            models.CheckConstraint(
                condition=(Q(per_refund_minor__isnull=True) | Q(per_refund_minor__gte=0))
                & (Q(per_day_minor__isnull=True) | Q(per_day_minor__gte=0)),
                name="orders_refundlimit_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.channel_id}"


class RefundRequest(models.Model):
    """A refund a colleague asked for on the desk, and what became of it."""

    class Reason(models.TextChoices):
        DAMAGED = "damaged", "Damaged"
        WRONG = "wrong", "Wrong article"
        MISSING = "missing", "Missing from the parcel"
        NOT_ARRIVED = "not_arrived", "Never arrived"
        LATE = "late", "Came late"
        SENT_BACK = "sent_back", "Sent back"
        NOT_SENT = "not_sent", "Cannot be sent"
        PRICE = "price", "Price or discount"
        TWICE = "twice", "Paid twice"
        GOODWILL = "goodwill", "Goodwill"
        OTHER = "other", "Another reason"

    class State(models.TextChoices):
        GIVEN = "given", "Given"
        WAITING = "waiting", "Waits for approval"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refund_requests")
    key = models.CharField(max_length=80, unique=True, help_text="Idempotency key.")
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    words = models.CharField(max_length=150, blank=True)
    pieces = models.JSONField(default=list, help_text="[[line id, quantity], ...]")
    keeps_goods = models.BooleanField(default=False, help_text="Nothing is to be sent back.")
    state = models.CharField(max_length=10, choices=State.choices)
    over = models.CharField(max_length=160, blank=True, help_text="Which limit it is over.")
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_refundrequest_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["given", "waiting"], decided_at__isnull=True)
                | Q(state__in=["approved", "refused"], decided_at__isnull=False),
                name="orders_refundrequest_decided",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="waiting"), name="orders_refundrequest_one_waiting"
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "asked_at"], name="orders_refundrequest_by_asker")]

    def __str__(self) -> str:
        return f"{self.amount_minor} of order {self.order_id}: {self.state}"

    @property
    def why(self) -> str:
        """The reason with its words, as refunds and journals keep it."""
        return f"{self.get_reason_display()}: {self.words}" if self.words else self.get_reason_display()
