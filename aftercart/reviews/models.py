"""What buyers said of an order or a product. Kept as it came: never held back for being negative."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.catalog.models import Product
from aftercart.customers.models import Customer
from aftercart.orders.models import Order


class Review(models.Model):
    """A score of 1 to 5 with words, about an order or one product of it."""

    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.CASCADE, related_name="reviews")
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.CASCADE, related_name="reviews"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="reviews"
    )
    score = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    import_id = models.BigIntegerField(null=True, blank=True)
    written_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="reviews_review_score"),
            models.UniqueConstraint(fields=["source", "external_id"], name="reviews_review_once"),
        ]
        indexes = [
            models.Index(
                fields=["import_id"], condition=Q(import_id__isnull=False), name="reviews_review_import"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} of 5"
