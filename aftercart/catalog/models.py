"""Products and their variants: what can be bought, in words of five languages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


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
