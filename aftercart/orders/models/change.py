"""Changes of an order after it was placed, and the channel's policy about them.

Money is integer minor units of the order's currency.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from aftercart.orders.models.order import Order
from aftercart.stores.models import Channel


class Kind(models.TextChoices):
    CANCEL = "cancel", "Cancel"
    ADDRESS = "address", "Address"
    VARIANT = "variant", "Variant"
    QUANTITY = "quantity", "Quantity"
    ADD = "add", "Add a product"
    REMOVE = "remove", "Remove a line"
    UNDO = "undo", "Undo a change"


class ChangeState(models.TextChoices):
    WAITING = "waiting", "Waits for a decision"
    UNPAID = "unpaid", "Waits for payment"
    APPLIED = "applied", "Done"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Too late"


OPEN_STATES = (ChangeState.WAITING, ChangeState.UNPAID)


class ChangePolicy(models.Model):
    """What shoppers of a channel may change alone. Rows are added, never changed: the newest counts.

    ``kinds`` says per kind ``automatic``, ``approval`` or ``off``; where ``approval_rule`` (a rule about a
    ``change``) holds, an automatic kind needs approval too.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="change_policies")
    revision = models.PositiveIntegerField()
    window_minutes = models.PositiveIntegerField(default=30)
    kinds = models.JSONField(default=dict)
    approval_rule = models.JSONField(null=True, blank=True)
    price_basis = models.CharField(max_length=10, default="order", help_text="order or catalogue")
    pay_minutes = models.PositiveIntegerField(default=60)
    decide_hours = models.PositiveIntegerField(default=24)
    actor = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "revision"], name="orders_changepolicy_once"),
            models.CheckConstraint(
                condition=Q(price_basis__in=["order", "catalogue"]), name="orders_changepolicy_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"Order changes of {self.channel_id}, revision {self.revision}"


class ChangeQuerySet(models.QuerySet["Change"]):
    def open(self) -> ChangeQuerySet:
        """Those not yet settled one way or the other."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, now: datetime) -> ChangeQuerySet:
        """Open ones whose time is over."""
        return self.open().filter(expires_at__lte=now)


class Change(models.Model):
    """One change that somebody asked for: what was wanted, what it made of the order, how it ended.

    ``before`` and ``after`` are whole baskets (``orders.changes.basket.Basket`` as a mapping), so a change can
    be undone to the cent. At most one is open per order.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    key = models.CharField(max_length=120, unique=True, help_text="One per showing of a form: done once.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=ChangeState.choices)
    wish = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    total_before_minor = models.BigIntegerField()
    total_after_minor = models.BigIntegerField()
    charge_minor = models.BigIntegerField(default=0, help_text="To be paid before it is applied.")
    given_back_minor = models.BigIntegerField(default=0, help_text="Given back when it was applied.")
    reserved = models.JSONField(default=dict, help_text="Set aside while open: variant id to quantity.")
    is_abroad = models.BooleanField(default=False, help_text="The new address is in another country.")
    undoes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undoings"
    )
    note = models.CharField(max_length=300, blank=True, help_text="The shopper's words.")
    answer = models.CharField(max_length=300, blank=True, help_text="Why it was refused, for the shopper.")
    answer_code = models.CharField(
        max_length=20, blank=True, help_text="Why it ended by itself, see changes.refusals."
    )
    policy_revision = models.PositiveIntegerField(default=0)
    decision = models.JSONField(default=dict, help_text="Which rule decided, what it saw, other doubts.")
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["waiting", "unpaid"]), name="orders_change_one_open"
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(undoes__isnull=False, state__in=["waiting", "unpaid", "applied"]),
                name="orders_change_undone_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["cancel", "address", "variant", "quantity", "add", "remove", "undo"]),
                name="orders_change_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "unpaid"], ended_at__isnull=True)
                | Q(state__in=["applied", "refused", "withdrawn", "expired"], ended_at__isnull=False),
                name="orders_change_ended",
            ),
            models.CheckConstraint(
                condition=Q(charge_minor__gte=0)
                & Q(given_back_minor__gte=0)
                & Q(total_before_minor__gte=0)
                & Q(total_after_minor__gte=0),
                name="orders_change_nothing_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-asked_at"], name="orders_change_of_order"),
            models.Index(fields=["-asked_at", "-id"], name="orders_change_newest"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["waiting", "unpaid"]),
                name="orders_change_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}: {self.state}"

    @property
    def difference_minor(self) -> int:
        """What the order costs more (or less, negative) by it."""
        return self.total_after_minor - self.total_before_minor

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES
