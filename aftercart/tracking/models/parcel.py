"""Parcels and what carriers said about them. Scans are appended; the status is derived from all of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from aftercart.orders.models import Fulfilment, Line, Order


class Status(models.TextChoices):
    PENDING = "pending", "Being prepared"
    INFO_RECEIVED = "info_received", "Carrier informed"
    IN_TRANSIT = "in_transit", "On its way"
    OUT_FOR_DELIVERY = "out_for_delivery", "Out for delivery"
    DELIVERED = "delivered", "Delivered"
    ATTEMPT_FAILED = "attempt_failed", "Delivery attempt failed"
    AVAILABLE_FOR_PICKUP = "available_for_pickup", "Ready for pick-up"
    EXCEPTION = "exception", "Problem on the way"
    RETURNING = "returning", "On its way back"
    RETURNED_TO_SENDER = "returned_to_sender", "Returned to sender"
    LOST = "lost", "Lost"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "No news for a long time"


class Reason(models.TextChoices):
    """Why something is an exception: a closed list, so that messages and figures can rely on it."""

    ADDRESS = "address", "Address wrong or incomplete"
    REFUSED = "refused", "Refused by the recipient"
    DAMAGED = "damaged", "Damaged"
    CUSTOMS = "customs", "Held by customs"
    PAYMENT_DUE = "payment_due", "Something is to be paid"
    WEATHER = "weather", "Weather or a natural event"
    CAPACITY = "capacity", "Delayed at the carrier"
    MISSING = "missing", "Cannot be found"
    RESTRICTED = "restricted", "Contents not allowed"
    OTHER = "other", "Another reason"


class Direction(models.TextChoices):
    """Where it travels. Parcels back to the shop belong to returns, which register them."""

    OUTBOUND = "outbound", "To the shopper"
    RETURN = "return", "Back to the shop"


FINAL = (Status.DELIVERED, Status.RETURNED_TO_SENDER, Status.LOST, Status.CANCELLED)


class ParcelQuerySet(models.QuerySet["Parcel"]):
    """Questions about parcels."""

    def under_way(self) -> ParcelQuerySet:
        """Those that may still move: neither arrived, back, lost nor cancelled."""
        return self.exclude(status__in=FINAL)

    def late(self, today: datetime) -> ParcelQuerySet:
        """Those past their promise on the day of ``today`` and not there."""
        return self.under_way().filter(delivered_at__isnull=True, promised_on__lt=today.date())

    def silent(self, now: datetime, *, days: int) -> ParcelQuerySet:
        """Those on their way of which nothing was heard for ``days`` days."""
        quiet = Q(heard_at__lte=now - timedelta(days=days)) | Q(
            heard_at__isnull=True, status_at__lte=now - timedelta(days=days)
        )
        return self.under_way().exclude(status=Status.PENDING).filter(quiet)

    def to_be_mapped(self) -> ParcelQuerySet:
        """Those about which a carrier used a code that nobody has explained yet."""
        told = Scan.objects.filter(parcel=OuterRef("pk")).unexplained()
        return self.filter(models.Exists(told))


class Parcel(models.Model):
    """A box on its way to a shopper."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    fulfilment = models.ForeignKey(
        Fulfilment, null=True, blank=True, on_delete=models.SET_NULL, related_name="parcels"
    )
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces"
    )
    direction = models.CharField(
        max_length=10, choices=Direction.choices, default=Direction.OUTBOUND, db_default=Direction.OUTBOUND
    )
    carrier = models.CharField(max_length=80, blank=True, help_text="As it was told to us.")
    carrier_code = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Ours; empty while unknown."
    )
    tracking_number = models.CharField(max_length=80, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True)
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.PENDING)
    status_at = models.DateTimeField()
    reason = models.CharField(
        max_length=20,
        choices=Reason.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Of an exception.",
    )
    heard_at = models.DateTimeField(null=True, blank=True, help_text="The newest scan.")
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When time alone changes the status: silence, or a scan dated ahead."
    )
    look_at = models.DateTimeField(
        null=True, blank=True, help_text="When its carrier is asked next; empty: it is not asked."
    )
    looked_at = models.DateTimeField(null=True, blank=True)
    look_failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    look_problem = models.CharField(max_length=200, blank=True, default="", db_default="")
    promised_on = models.DateField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=120, unique=True, help_text="Idempotency key.")
    import_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ParcelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="tracking_parcel_status"),
            models.CheckConstraint(
                condition=Q(reason__in=["", *Reason.values]), name="tracking_parcel_reason"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="tracking_parcel_direction"
            ),
        ]
        indexes = [
            models.Index(fields=["tracking_number"], name="tracking_parcel_by_number"),
            models.Index(
                fields=["promised_on"],
                condition=Q(delivered_at__isnull=True),
                name="tracking_parcel_under_way",
            ),
            models.Index(
                fields=["heard_at"],
                condition=Q(delivered_at__isnull=True),
                name="tracking_parcel_heard",
            ),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="tracking_parcel_due"),
            models.Index(
                fields=["carrier_code", "look_at"],
                condition=Q(look_at__isnull=False),
                name="tracking_parcel_to_look_at",
            ),
            models.Index(fields=["status", "-status_at"], name="tracking_parcel_by_status"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or f"Parcel {self.pk}"


class ParcelLine(models.Model):
    """How many of an order's line are in a parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="tracking_parcelline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="tracking_parcelline_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"


class ScanQuerySet(models.QuerySet["Scan"]):
    """Questions about scans."""

    def understood(self) -> ScanQuerySet:
        """With ``meant`` and ``meant_reason``: what the merchant says a raw code means, else what we think."""
        said = CodeMeaning.objects.filter(source=OuterRef("source"), raw_code=OuterRef("raw_code"))
        return self.annotate(
            meant=Coalesce(Subquery(said.values("status")[:1]), F("status")),
            meant_reason=Coalesce(Subquery(said.values("reason")[:1]), F("reason")),
        )

    def unexplained(self) -> ScanQuerySet:
        """Those with a code that neither we nor the merchant know."""
        said = CodeMeaning.objects.filter(source=OuterRef("source"), raw_code=OuterRef("raw_code"))
        return self.filter(status="").exclude(models.Exists(said))


class Scan(models.Model):
    """One thing that happened to a parcel, as it was told to us: late, twice or out of order.

    Appended and never changed: the database refuses it (``seals.py``), but for blanking what leads to a person.
    """

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="scans")
    status = models.CharField(
        max_length=30, choices=Status.choices, blank=True, help_text="Empty: a code we do not know."
    )
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, default="", db_default="")
    source = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Which door or carrier told it."
    )
    raw_code = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="The carrier's own code."
    )
    message = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=160, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    key = models.CharField(max_length=160, help_text="The same scan told twice has the same key.")

    objects = ScanQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "key"], name="tracking_scan_once"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values) | (Q(status="") & ~Q(raw_code="")),
                name="tracking_scan_status",
            ),
            models.CheckConstraint(condition=Q(reason__in=["", *Reason.values]), name="tracking_scan_reason"),
        ]
        indexes = [
            models.Index(
                fields=["source", "raw_code"], condition=~Q(raw_code=""), name="tracking_scan_by_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status or self.raw_code} at {self.occurred_at}"


class CodeMeaning(models.Model):
    """What a carrier's code means in this shop: holds for scans that were told long ago, too."""

    source = models.CharField(max_length=30)
    raw_code = models.CharField(max_length=80)
    status = models.CharField(max_length=30, choices=Status.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, default="")
    actor = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "raw_code"], name="tracking_codemeaning_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.raw_code} means {self.status}"


class CarrierService(models.Model):
    """How a carrier's service answers us: its budget of this hour, and until when it is left alone."""

    code = models.CharField(max_length=30, primary_key=True)
    window_at = models.DateTimeField(help_text="The hour the budget is counted for.")
    used = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class Delay(models.Model):
    """A parcel that is past its promise, or of which nothing is heard: once per cause, whatever happens later."""

    class Cause(models.TextChoices):
        PROMISE = "promise", "Past its promise"
        SILENCE = "silence", "Silent"

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="delays")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    noticed_at = models.DateTimeField()
    promised_on = models.DateField(null=True, blank=True)
    days_late = models.PositiveIntegerField(default=0, help_text="Past the promise; counted daily.")
    expected_by = models.DateField(null=True, blank=True, help_text="Nine of ten such have come; or unknown.")
    resolved_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, blank=True)
    known_by = models.CharField(max_length=80, blank=True, help_text="Who has it in hand.")
    snoozed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "cause"], name="tracking_delay_once"),
            models.CheckConstraint(
                condition=Q(cause__in=["promise", "silence"]), name="tracking_delay_cause"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, how="") | (Q(resolved_at__isnull=False) & ~Q(how="")),
                name="tracking_delay_how",
            ),
        ]
        indexes = [
            models.Index(
                fields=["noticed_at", "id"], condition=Q(resolved_at__isnull=True), name="tracking_delay_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: parcel {self.parcel_id}"


class SilenceLimit(models.Model):
    """After how many silent days a carrier's parcel counts as delayed: learnt from its scans, or set."""

    carrier = models.CharField(max_length=80, unique=True, help_text="As delivery.rules.carrier_key.")
    days = models.PositiveSmallIntegerField()
    is_set = models.BooleanField(default=False)
    gaps = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.carrier}: {self.days} days"
