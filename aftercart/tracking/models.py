"""Parcels and what carriers said about them. Scans are appended; the status is derived from the newest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

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


class Parcel(models.Model):
    """A box on its way to a shopper."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    fulfilment = models.ForeignKey(
        Fulfilment, null=True, blank=True, on_delete=models.SET_NULL, related_name="parcels"
    )
    carrier = models.CharField(max_length=80, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True)
    status = models.CharField(max_length=30, choices=Status.choices, default=Status.PENDING)
    status_at = models.DateTimeField()
    promised_on = models.DateField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=120, unique=True, help_text="Idempotency key.")
    import_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="tracking_parcel_status"),
        ]
        indexes = [
            models.Index(fields=["tracking_number"], name="tracking_parcel_by_number"),
            models.Index(
                fields=["promised_on"],
                condition=Q(delivered_at__isnull=True),
                name="tracking_parcel_under_way",
            ),
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


class Scan(models.Model):
    """One thing that happened to a parcel, as it was told to us: late, twice or out of order."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="scans")
    status = models.CharField(max_length=30, choices=Status.choices)
    message = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=160, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    key = models.CharField(max_length=160, help_text="The same scan told twice has the same key.")

    class Meta:
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "key"], name="tracking_scan_once"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="tracking_scan_status"),
        ]

    def __str__(self) -> str:
        return f"{self.status} at {self.occurred_at}"
