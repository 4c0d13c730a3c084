"""Charges and refunds at providers, and what providers said of them, constrained in the database.

Money columns are integer minor units of the charge's ``currency``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aftercart.payments.ports import Known
from aftercart.payments.rules import OPEN, Standing
from aftercart.stores.models import Channel


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A method that a shopper may choose, with the account that takes it."""

    account: Account
    method: str

    @property
    def value(self) -> str:
        """As a form sends it."""
        return f"{self.account.pk}:{self.method}"


class AccountQuerySet(models.QuerySet["Account"]):
    def offers(self, channel_id: int) -> list[Offer]:
        """What a channel's shoppers may choose from, in the merchant's order; play money only where it is allowed."""
        rows = self.filter(channel_id=channel_id, is_enabled=True)
        if not settings.SANDBOX_PAYMENTS:
            rows = rows.exclude(provider="sandbox")
        return [Offer(account=account, method=method) for account in rows for method in account.methods]


class Account(models.Model):
    """How a channel uses a provider. ``secrets`` are encrypted (``secrets.py``);
    the environment may hold them instead."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="payment_accounts")
    provider = models.CharField(max_length=40)
    is_enabled = models.BooleanField(default=True)
    is_test = models.BooleanField(default=False)
    methods = models.JSONField(default=list, help_text="Offered to shoppers, in this order.")
    settings = models.JSONField(default=dict, help_text="What is no secret, such as bank details.")
    secrets = models.TextField(blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "provider"], name="payments_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} of {self.channel_id}"


class ChargeQuerySet(models.QuerySet["Charge"]):
    def paying(self, about: str) -> ChargeQuerySet:
        """The charges for one thing (``"order:7"``), newest first."""
        return self.filter(about=about).order_by("-id")

    def open(self) -> ChargeQuerySet:
        """Those whose end is not known."""
        return self.filter(state__in=OPEN)

    def hanging(self, now: datetime) -> ChargeQuerySet:
        """Those the provider is to be asked about, the longest overdue first."""
        return self.open().filter(check_at__lte=now).order_by("check_at", "id")


class Charge(models.Model):
    """One attempt to be paid: written before the provider is called, so nothing that happens there is lost."""

    class State(models.TextChoices):
        CREATED = "created", "Being started"
        REQUIRES_ACTION = "requires_action", "Waits for the payer"
        PENDING = "pending", "On its way"
        AUTHORISED = "authorised", "Set aside"
        CAPTURED = "captured", "Paid"
        FAILED = "failed", "Declined"
        CANCELLED = "cancelled", "Called off"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="charges")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    customer_id = models.BigIntegerField(null=True, blank=True)
    about = models.CharField(max_length=80, help_text="What is paid: order:7.")
    provider = models.CharField(max_length=40)
    method = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField(default=0)
    refunding_minor = models.BigIntegerField(default=0, help_text="Of refunds that are on their way.")
    refunded_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=20, choices=State.choices, default=State.CREATED)
    key = models.CharField(max_length=120, unique=True, help_text="Ours; the provider gets it, too.")
    reference = models.CharField(max_length=120, null=True, blank=True)
    settled_reference = models.CharField(max_length=120, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    attention = models.CharField(max_length=300, blank=True, default="", help_text="What a person must see.")
    details = models.JSONField(default=dict, help_text="What the provider was asked, to ask it again.")
    redirect_url = models.CharField(max_length=2000, blank=True, default="")
    instructions = models.JSONField(default=dict)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="The provider's newest word.")
    captured_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    check_at = models.DateTimeField(help_text="When to ask the provider, if nothing is heard.")
    checks = models.PositiveIntegerField(default=0)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=Q(reference__isnull=False),
                name="payments_charge_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "created",
                        "requires_action",
                        "pending",
                        "authorised",
                        "captured",
                        "failed",
                        "cancelled",
                    ]
                ),
                name="payments_charge_state",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_charge_positive"),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=0) & Q(captured_minor__lte=F("amount_minor")),
                name="payments_charge_captured_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0)
                & Q(refunding_minor__gte=0)
                & Q(captured_minor__gte=F("refunded_minor") + F("refunding_minor")),
                name="payments_charge_refunds_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(state="captured", captured_minor__gt=0)
                | (~Q(state="captured") & Q(captured_minor=0)),
                name="payments_charge_captured_has_money",
            ),
        ]
        indexes = [
            models.Index(fields=["about", "-id"], name="payments_charge_about"),
            models.Index(
                fields=["check_at"],
                condition=Q(state__in=["created", "requires_action", "pending", "authorised"]),
                name="payments_charge_hanging",
            ),
            models.Index(
                fields=["provider", "settled_reference"],
                condition=~Q(settled_reference=""),
                name="payments_charge_settled",
            ),
            models.Index(
                fields=["customer_id"],
                condition=Q(customer_id__isnull=False),
                name="payments_charge_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} by {self.method} ({self.state})"

    @property
    def refundable_minor(self) -> int:
        """What may still go back, refunds on their way counted as gone."""
        return self.captured_minor - self.refunded_minor - self.refunding_minor

    @property
    def is_open(self) -> bool:
        """Whether its end is not known yet."""
        return self.state in OPEN

    @property
    def standing(self) -> Standing:
        """Where it is, as rules take it."""
        return Standing(
            state=self.state,
            captured_minor=self.captured_minor,
            at=self.told_at,
            code=self.code,
            reason=self.reason,
        )

    def known(self) -> Known:
        """How the provider knows it."""
        return Known(
            key=self.key,
            reference=self.reference or "",
            settled_reference=self.settled_reference,
            amount_minor=self.amount_minor,
            captured_minor=self.captured_minor,
            currency=self.currency,
        )


class Refund(models.Model):
    """Money on its way back: reserved on its charge before the provider is called, freed when that fails."""

    class State(models.TextChoices):
        PENDING = "pending", "On its way"
        SUCCEEDED = "succeeded", "Gone back"
        FAILED = "failed", "Failed"

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="refunds")
    provider = models.CharField(max_length=40)
    key = models.CharField(max_length=160, unique=True)
    group = models.CharField(
        max_length=120, blank=True, default="", help_text="One wish spread over charges."
    )
    reference = models.CharField(max_length=120, null=True, blank=True)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=200, blank=True, default="")
    failure = models.CharField(max_length=300, blank=True, default="")
    pieces = models.JSONField(default=list, help_text="[[line id, quantity], ...] of what it is for.")
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=Q(reference__isnull=False),
                name="payments_refund_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "succeeded", "failed"]), name="payments_refund_state"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_refund_positive"),
        ]
        indexes = [
            models.Index(fields=["group"], condition=~Q(group=""), name="payments_refund_group"),
            models.Index(fields=["created_at"], condition=Q(state="pending"), name="payments_refund_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} back ({self.state})"


class ProviderEvent(models.Model):
    """One thing a provider told us, as it came: applied once, its raw text kept for a while."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=160)
    kind = models.CharField(max_length=80, blank=True, default="")
    charge = models.ForeignKey(
        Charge, null=True, blank=True, on_delete=models.SET_NULL, related_name="provider_events"
    )
    raw = models.TextField(blank=True, default="")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="payments_event_once"),
        ]
        indexes = [models.Index(fields=["received_at"], name="payments_event_received")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class SandboxIntent(models.Model):
    """A charge in the sandbox's own books: the other side of the port, which keeps its own truth."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=60, unique=True)
    key = models.CharField(max_length=120, unique=True)
    digest = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200, blank=True, default="")
    return_url = models.CharField(max_length=2000, blank=True, default="")
    captures_now = models.BooleanField(default=True)
    state = models.CharField(max_length=20, default="requires_action")
    step = models.CharField(max_length=20, default="card", help_text="The page shown: card or bank.")
    card = models.CharField(max_length=20, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    captured_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(captured_minor__lte=F("amount_minor"))
                & Q(refunded_minor__gte=0)
                & Q(refunded_minor__lte=F("captured_minor")),
                name="payments_sandboxintent_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"


class SandboxRefund(models.Model):
    """A refund in the sandbox's own books."""

    intent = models.ForeignKey(SandboxIntent, on_delete=models.CASCADE, related_name="refunds")
    reference = models.CharField(max_length=60, unique=True)
    key = models.CharField(max_length=160, unique=True)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=20)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"
