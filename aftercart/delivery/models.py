"""Shipping methods with their zones, deliveries that were observed, and the tables learnt from them."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import models
from django.db.models import F, Q

from aftercart.delivery.calendars import Calendar
from aftercart.delivery.rules import MethodRule, ZoneRule
from aftercart.stores.models import Channel

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def usual_cut_offs() -> dict[str, str]:
    """Monday to Friday, two in the afternoon."""
    return {str(day): "14:00" for day in range(5)}


class ShippingMethod(models.Model):
    """A way to send, as the checkout offers it. Money is minor units of the channel's currency."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="shipping_methods")
    key = models.SlugField(max_length=60, help_text="Its name for systems; orders may carry it.")
    names = models.JSONField(default=dict, help_text="What shoppers read, per language.")
    carrier = models.CharField(max_length=80, blank=True)
    price_minor = models.BigIntegerField(default=0)
    free_from_minor = models.BigIntegerField(null=True, blank=True)
    cut_offs = models.JSONField(
        default=usual_cut_offs, help_text='{"0": "14:00"}: Monday\'s; none is no work.'
    )
    handling_days = models.PositiveSmallIntegerField(default=0)
    origin_country = models.CharField(max_length=2, blank=True)
    origin_region = models.CharField(max_length=10, blank=True)
    delivers_saturday = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="delivery_method_key_once"),
            models.CheckConstraint(
                condition=Q(price_minor__gte=0)
                & (Q(free_from_minor__isnull=True) | Q(free_from_minor__gte=0)),
                name="delivery_method_price",
            ),
            models.CheckConstraint(condition=Q(handling_days__lte=60), name="delivery_method_handling"),
        ]

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, language: str) -> str:
        """What shoppers of this language read."""
        return str(
            self.names.get(language) or self.names.get("en") or next(iter(self.names.values()), self.key)
        )

    def price_for(self, goods_minor: int) -> int:
        """What sending costs for goods of this worth."""
        is_free = self.free_from_minor is not None and goods_minor >= self.free_from_minor
        return 0 if is_free else self.price_minor

    def rule(self) -> MethodRule:
        """The method as the rules take it; ask for methods with their zones prefetched."""
        return MethodRule(
            carrier=self.carrier,
            cut_offs={int(day): time.fromisoformat(clock) for day, clock in self.cut_offs.items()},
            handling_days=self.handling_days,
            zones=tuple(zone.rule() for zone in self.zones.all()),
            origin=Calendar(
                country=self.origin_country or self.channel.country,
                region=self.origin_region,
                is_saturday_working="5" in self.cut_offs,
            ),
            delivers_saturday=self.delivers_saturday,
        )


class Zone(models.Model):
    """Where a method goes, and how many working days its carrier takes. The first that fits counts."""

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="zones")
    name = models.CharField(max_length=80)
    countries = models.JSONField(default=list, help_text="ISO 3166-1 alpha-2; none is everywhere.")
    postcodes = models.JSONField(
        default=list, help_text='Ranges "10000-19999", beginnings "IV*"; none is all.'
    )
    transit_min = models.PositiveSmallIntegerField(default=1)
    transit_max = models.PositiveSmallIntegerField(default=3)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(transit_max__gte=F("transit_min")) & Q(transit_max__lte=120),
                name="delivery_zone_transit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def rule(self) -> ZoneRule:
        """The zone as the rules take it."""
        return ZoneRule(
            name=self.name,
            countries=tuple(self.countries),
            postcodes=tuple(self.postcodes),
            transit_min=self.transit_min,
            transit_max=self.transit_max,
        )


class Transit(models.Model):
    """One parcel's way from the click to the door, as days; it names nobody.

    ``likely_days`` and ``by_days`` are what was promised when it was ordered, counted from that day.
    """

    key = models.CharField(max_length=80, unique=True, help_text="Idempotency key: whose way it was.")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    carrier = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=20, blank=True)
    placed_on = models.DateField()
    sent_on = models.DateField(null=True, blank=True)
    arrived_on = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    likely_days = models.PositiveSmallIntegerField(null=True, blank=True)
    by_days = models.PositiveSmallIntegerField(null=True, blank=True)
    basis = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(arrived_on__isnull=True, days__isnull=True)
                | Q(arrived_on__gte=F("placed_on"), days__isnull=False),
                name="delivery_transit_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["placed_on"], name="delivery_transit_by_day"),
            models.Index(fields=["arrived_on", "carrier", "country"], name="delivery_transit_arrived"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} to {self.country}: {self.days} days"


class GivenPromise(models.Model):
    """What was promised for one thing (``order:7``), and what that rested on. It names nobody.

    ``basis`` keeps the reason's facts, the learnt table's day, and the days at each level.
    """

    reference = models.CharField(max_length=60, unique=True)
    earliest_on = models.DateField()
    likely_on = models.DateField()
    by_on = models.DateField()
    basis = models.JSONField(default=dict)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(likely_on__gte=F("earliest_on")) & Q(by_on__gte=F("likely_on")),
                name="delivery_promise_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} by {self.by_on}"


class LearntTable(models.Model):
    """What the deliveries known on a day taught: made anew each night, the newest is in use.

    ``factors`` maps a level (``"0.9"``) to the factor on its quantiles that the newest deliveries ask for.
    """

    learnt_on = models.DateField(unique=True)
    deliveries = models.PositiveIntegerField()
    factors = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-learnt_on"]

    def __str__(self) -> str:
        return f"learnt {self.learnt_on} from {self.deliveries}"


class LearntRow(models.Model):
    """How long it takes to one destination with one carrier. Empty fields mean all of them.

    ``cdf[d]`` is the share that has arrived ``d`` days after ordering, shrunk to the row above.
    """

    table = models.ForeignKey(LearntTable, on_delete=models.CASCADE, related_name="rows", db_index=False)
    carrier = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=20, blank=True)
    deliveries = models.PositiveIntegerField()
    cdf: models.JSONField[Any] = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "carrier", "country", "region"], name="delivery_learntrow_once"
            ),
        ]

    def __str__(self) -> str:
        return " / ".join((self.carrier or "all", self.country or "all", self.region or "all"))
