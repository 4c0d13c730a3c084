"""What was sent and where it lies; whose it is follows from its ``subject``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, subject: str) -> UploadQuerySet:
        """The photos of one thing, in the order they were sent."""
        return self.filter(subject=subject).order_by("pk")


class Upload(models.Model):
    """A photo of ours. Its files lie in the storage ``uploads`` under ``path`` and ``small_path``."""

    name = models.CharField(
        max_length=40, unique=True, help_text="Chance: neither the sender's nor a number."
    )
    purpose = models.CharField(max_length=40, help_text="The app it was sent to, such as claims.")
    subject = models.CharField(max_length=120, help_text="What it belongs to, such as claim:7.")
    customer_id = models.BigIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file as it was sent.")
    sent_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True, help_text="Empty: an orphan, swept after a day.")

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "digest"], name="uploads_upload_once"),
        ]
        indexes = [
            models.Index(
                fields=["sent_at"], condition=Q(kept_at__isnull=True), name="uploads_upload_orphans"
            ),
            models.Index(
                fields=["customer_id"],
                condition=Q(customer_id__isnull=False),
                name="uploads_upload_of_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the photo lies in the storage."""
        return f"{self.name[:2]}/{self.name}.jpg"

    @property
    def small_path(self) -> str:
        """Where its thumbnail lies."""
        return f"{self.name[:2]}/{self.name}.small.jpg"
