"""What went wrong, piece by piece; what was decided, by whom and why; and the policy as it stood each time.

Money columns are integer minor units of the claim's ``currency``, which is its order's.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.customers.models import Customer
from aftercart.orders.models import Line, Order, Refund
from aftercart.stores.models import Channel
from aftercart.tracking.models import Parcel


class Kind(models.TextChoices):
    DAMAGED = "damaged", "Damaged"
    MISSING = "missing", "Missing"
    WRONG = "wrong", "Wrong item"
    NOT_ARRIVED = "not_arrived", "Delivered, not arrived"


class State(models.TextChoices):
    WAITING = "waiting", "Waiting for us"
    DECIDED = "decided", "To be done"
    SETTLED = "settled", "Settled"
    DECLINED = "declined", "Declined"


class Outcome(models.TextChoices):
    REFUND = "refund", "Refund"
    REPLACEMENT = "replacement", "Send again"
    DECLINED = "declined", "Decline"
    ASK = "ask", "Ask a person"


OPEN_STATES = (State.WAITING, State.DECIDED)
GIVEN = (Outcome.REFUND, Outcome.REPLACEMENT)
"""What a policy may give. Declining is a person's to say, with a reason."""


class ClaimQuerySet(models.QuerySet["Claim"]):
    def open(self) -> ClaimQuerySet:
        """Those where something is still to be done."""
        return self.filter(state__in=OPEN_STATES)

    def for_list(self) -> ClaimQuerySet:
        """What a list of claims needs, without a query per row."""
        return self.select_related("order", "customer", "channel")


class Claim(models.Model):
    """A shopper's report that something of an order is not as it should be.

    ``photos``, ``days_since_delivery`` and ``claims_12m`` are as they were when it was made: what a policy saw.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="claims")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="claims")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    parcel = models.ForeignKey(
        Parcel, null=True, blank=True, on_delete=models.SET_NULL, related_name="claims"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.ASK)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    trust = models.CharField(max_length=20, help_text="How the shopper came: link, code or lookup.")
    visit = models.CharField(
        max_length=64, blank=True, help_text="Digest of the look-up it was made after; empty when proven."
    )
    value_minor = models.BigIntegerField(help_text="What the shopper paid for the pieces.")
    currency = models.CharField(max_length=3)
    photos = models.PositiveSmallIntegerField(default=0)
    days_since_delivery = models.IntegerField(null=True, blank=True)
    claims_12m = models.PositiveIntegerField(default=0, help_text="The customer's earlier ones in 12 months.")
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.SET_NULL, related_name="claim"
    )
    key = models.CharField(max_length=80, unique=True, help_text="A form posted twice has the same key.")
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="claims_claim_kind"),
            models.CheckConstraint(
                condition=Q(state="waiting", outcome="ask", decided_at__isnull=True)
                | Q(state__in=["decided", "settled"], outcome__in=GIVEN, decided_at__isnull=False)
                | Q(state="declined", outcome="declined", decided_at__isnull=False),
                name="claims_claim_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False)
                | (~Q(state="settled") & Q(settled_at__isnull=True)),
                name="claims_claim_settled_at",
            ),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="claims_claim_value"),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="claims_claim_newest"),
            models.Index(fields=["state", "-made_at"], name="claims_claim_by_state"),
            models.Index(fields=["customer", "-made_at"], name="claims_claim_of_customer"),
        ]

    def __str__(self) -> str:
        return f"Problem {self.pk}"

    @property
    def subject(self) -> str:
        """How the journal and the uploads name it."""
        return f"claim:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN_STATES


class ClaimLine(models.Model):
    """Pieces of one line that a claim is about. ``kind`` and ``is_open`` repeat the claim's, for the constraint."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="claim_lines")
    quantity = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "kind"], condition=Q(is_open=True), name="claims_claimline_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["claim", "line"], name="claims_claimline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="claims_claimline_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"


class ClaimDecision(models.Model):
    """One decision about a claim: the policy's, then perhaps a colleague's.

    ``document`` holds the rules that were asked with what each saw (``kernel.rules.Decision.as_json``).
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    policy_version = models.PositiveIntegerField(null=True, blank=True)
    rule = models.CharField(max_length=120, blank=True, help_text="The name of the rule that matched.")
    document = models.JSONField(default=dict)
    words = models.TextField(blank=True, help_text="To the shopper.")
    note = models.TextField(blank=True, help_text="Among colleagues.")
    actor = models.CharField(max_length=80)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.outcome} for claim {self.claim_id}"


class PolicyVersion(models.Model):
    """The rules as they stood from ``saved_at`` on; the highest version is in force. Never changed."""

    version = models.PositiveIntegerField(unique=True)
    rules = models.JSONField(default=list, help_text='[{"name", "rule", "outcome"}, ...]')
    actor = models.CharField(max_length=80)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Policy {self.version}"
