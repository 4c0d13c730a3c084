"""Who packs what at the bench, and the labels that go on parcels."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from aftercart.orders.models import Order
from aftercart.stores.models import StaffMember
from aftercart.tracking.models.parcel import Parcel


class PickRun(models.Model):
    """Orders that one packer took from the queue together; theirs until ``ends_at`` or until they let go."""

    member = models.ForeignKey(StaffMember, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=80, unique=True, help_text="Idempotency key.")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Run {self.pk}"


class PickQuerySet(models.QuerySet["Pick"]):
    def open(self, now: datetime) -> PickQuerySet:
        """Those by which an order belongs to somebody right now. Follows from the time alone."""
        return self.filter(ended_at__isnull=True, run__ends_at__gt=now)


class Pick(models.Model):
    """An order in a run. An order is in one at a time: the database says so."""

    class How(models.TextChoices):
        PACKED = "packed", "Packed"
        RELEASED = "released", "Let go"
        EXPIRED = "expired", "Ran out"

    run = models.ForeignKey(PickRun, on_delete=models.CASCADE, related_name="picks")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="picks")
    ended_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)

    objects = PickQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(ended_at__isnull=True), name="tracking_pick_one_open"
            ),
            models.UniqueConstraint(fields=["run", "order"], name="tracking_pick_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, how="")
                | Q(ended_at__isnull=False, how__in=["packed", "released", "expired"]),
                name="tracking_pick_how",
            ),
        ]

    def __str__(self) -> str:
        return f"Order {self.order_id} in run {self.run_id}"


class Label(models.Model):
    """A carrier's label for a parcel: a file in the storage ``labels``, which no address leads to."""

    parcel = models.OneToOneField(Parcel, on_delete=models.CASCADE, related_name="label")
    name = models.CharField(max_length=40, unique=True, help_text="Chance, with the file's ending.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
