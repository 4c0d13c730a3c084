"""Guides: how to set a product up, in the words of several languages.

Words stand in JSON per language, ``{"en": {"title": "..."}}``: a guide is read whole and written whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from aftercart.catalog.models import Product
from aftercart.orders.models import Order


class GuideQuerySet(models.QuerySet["Guide"]):
    def published(self) -> GuideQuerySet:
        """Those that shoppers may read."""
        return self.filter(status=Guide.Status.PUBLISHED)

    def about(self, product_ids: Iterable[int]) -> GuideQuerySet:
        """Those about any of the products, each once, the first made first."""
        own = GuideProduct.objects.filter(product_id__in=list(product_ids))
        return self.filter(pk__in=own.values("guide_id")).order_by("pk")


class Guide(models.Model):
    """How to set up a product, or several alike. ``texts`` has title, lead and video (a link) per language."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    handle = models.SlugField(max_length=80, unique=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    texts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = GuideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["draft", "published"]), name="guides_guide_status")
        ]
        indexes = [models.Index(fields=["-updated_at", "-id"], name="guides_guide_newest")]

    def __str__(self) -> str:
        return self.handle

    @property
    def is_published(self) -> bool:
        """Whether shoppers may read it."""
        return self.status == self.Status.PUBLISHED


class GuideProduct(models.Model):
    """A guide is about a product."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="about")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "guide"], name="guides_guideproduct_once")]

    def __str__(self) -> str:
        return f"Guide {self.guide_id} about product {self.product_id}"


class Part(models.Model):
    """A step (title, body), an answer (question, answer) or a download (label) of a guide, in its place."""

    class Kind(models.TextChoices):
        STEP = "step", "Step"
        ANSWER = "answer", "Question and answer"
        DOWNLOAD = "download", "Download"

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    position = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)
    file = models.CharField(
        max_length=80, blank=True, help_text="A step's picture or a download, by chance's name."
    )
    file_name = models.CharField(max_length=160, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="Bytes of the download.")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["step", "answer", "download"]), name="guides_part_kind"
            ),
        ]
        indexes = [models.Index(fields=["guide", "position"], name="guides_part_in_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.position} of guide {self.guide_id}"


class Outcome(models.Model):
    """Whether a guide worked for somebody; ``text`` says what did not, when they wrote to us."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="outcomes")
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    has_worked = models.BooleanField()
    text = models.TextField(blank=True)
    step = models.PositiveIntegerField(null=True, blank=True, help_text="The number of the step that failed.")
    language = models.CharField(max_length=10)
    trust = models.CharField(
        max_length=20, blank=True, help_text="How sure we are of who wrote, as the order page knows it."
    )
    key = models.CharField(max_length=120, unique=True, help_text="A form posted twice has the same key.")
    told_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["guide", "has_worked"], name="guides_outcome_counted")]

    def __str__(self) -> str:
        return f"Guide {self.guide_id} {'worked' if self.has_worked else 'did not work'}"
