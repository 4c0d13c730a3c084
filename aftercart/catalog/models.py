"""Products and their variants, in words of five languages, and how many of each are there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Sum


class Product(models.Model):
    """A thing the merchant sells. ``source`` and ``external_id`` say where it was imported from."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        DRAFT = "draft", "Draft"
        ARCHIVED = "archived", "Archived"

    handle = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    vendor = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=120, blank=True)
    tags = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    image_url = models.CharField(max_length=500, blank=True)
    titles = models.JSONField(default=dict, blank=True, help_text="Title per language, where it differs.")
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    import_id = models.BigIntegerField(null=True, blank=True)
    import_digest = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=Q(external_id__isnull=False),
                name="catalog_product_external_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["active", "draft", "archived"]), name="catalog_product_status"
            ),
        ]
        indexes = [
            models.Index(
                fields=["import_id"], condition=Q(import_id__isnull=False), name="catalog_product_import"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def title_in(self, language: str) -> str:
        """The title in a language, else the merchant's own."""
        return str(self.titles.get(language) or self.title)


class Variant(models.Model):
    """One buyable form of a product, with its stock-keeping unit."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200, blank=True)
    options = models.JSONField(default=dict, blank=True)
    barcode = models.CharField(max_length=60, blank=True)
    price_minor = models.BigIntegerField(null=True, blank=True)
    compare_at_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    weight_g = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    import_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_minor__isnull=True) | Q(price_minor__gte=0), name="catalog_variant_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.title}".strip()


class StockLevel(models.Model):
    """A variant's stock. A variant without one is not tracked: it can always be sold.

    Both counts are sums of the variant's movements (tested); they stand here so that one ``UPDATE ... WHERE``
    decides whether the last piece is still free.
    """

    variant = models.OneToOneField(Variant, on_delete=models.CASCADE, related_name="stock")
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(on_hand__gte=F("reserved")),
                name="catalog_stock_not_oversold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.available} of {self.variant_id}"

    @property
    def available(self) -> int:
        """How many can still be sold."""
        return self.on_hand - self.reserved


class MovementQuerySet(models.QuerySet["StockMovement"]):
    def reserved_for(self, reference: str) -> dict[int, int]:
        """Pieces that are set aside under a reference, by variant; only what is more than none."""
        rows = self.filter(reference=reference).values_list("level__variant_id")
        found = rows.annotate(held=Sum("reserved_change")).order_by("level__variant_id")
        return {variant_id: held for variant_id, held in found if held > 0}


class StockMovement(models.Model):
    """One change of a stock level, written with it and never changed again."""

    class Reason(models.TextChoices):
        COUNTED = "counted", "Counted"
        RECEIVED = "received", "Received"
        DAMAGED = "damaged", "Damaged or lost"
        CORRECTED = "corrected", "Corrected"
        RESERVED = "reserved", "Set aside for an order"
        RELEASED = "released", "Free again"
        SENT = "sent", "Sent"

    level = models.ForeignKey(StockLevel, on_delete=models.CASCADE, related_name="movements")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    on_hand_change = models.BigIntegerField(default=0)
    reserved_change = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True, help_text="What it was for, such as order:7.")
    note = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=80)
    moved_at = models.DateTimeField()

    objects = MovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    reason__in=["counted", "received", "damaged", "corrected", "reserved", "released", "sent"]
                ),
                name="catalog_movement_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], condition=~Q(reference=""), name="catalog_movement_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.on_hand_change:+}/{self.reserved_change:+}"
