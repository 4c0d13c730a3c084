"""Which orders can be sent now, the oldest promise first. Questions only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from aftercart.catalog.models import StockMovement
from aftercart.orders.models import Line, Order, OrderQuerySet
from aftercart.tracking.bench.rules import ON_DELIVERY, PAID
from aftercart.tracking.models import Pick

FIELDS = ("show", "channel", "method", "country")
SHOW = {"late": "Late", "single": "One article", "mine": "In my run"}
BUILT_IN: tuple[tuple[str, dict[str, str]], ...] = (
    ("All", {}),
    ("Late", {"show": "late"}),
    ("One article", {"show": "single"}),
)
SIZE = 100


@dataclass(frozen=True, kw_only=True)
class BenchFilters:
    """What was asked for; a value that makes no sense is left out."""

    show: str = ""
    channel: str = ""
    method: str = ""
    country: str = ""

    @classmethod
    def read(cls, told: Mapping[str, str]) -> BenchFilters:
        """From an address's query or a saved view."""
        values = {name: told.get(name, "").replace("\0", "").strip()[:120] for name in FIELDS}
        values["show"] = values["show"] if values["show"] in SHOW else ""
        return cls(**values)

    def saved(self) -> dict[str, str]:
        """What a saved view keeps."""
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name)}

    def query(self, **changes: str) -> str:
        """The address's query that says the same, with ``changes``."""
        return urlencode({name: value for name, value in (self.saved() | changes).items() if value})

    def chips(self, channels: Mapping[str, str]) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the query that lifts it."""
        words = {
            "show": SHOW.get(self.show, ""),
            "channel": channels.get(self.channel, self.channel),
            "method": self.method,
            "country": self.country and f"To {self.country.upper()}",
        }
        return [(word, f"?{self.query(**{name: ''})}") for name, word in words.items() if word]

    def applied(
        self, rows: QuerySet[Order], *, today: date, member_id: int, now: datetime
    ) -> QuerySet[Order]:
        """The rows that fit."""
        exact = {
            "channel__slug": self.channel,
            "shipping_method": self.method,
            "ship_country": self.country.upper(),
        }
        rows = rows.filter(**{name: value for name, value in exact.items() if value})
        if self.show == "late":
            rows = rows.filter(promised_on__lt=today)
        if self.show == "single":
            lines = _open_lines().order_by().values("order")
            rows = rows.alias(articles=Subquery(lines.annotate(n=Count("pk")).values("n"))).filter(articles=1)
        if self.show == "mine":
            rows = rows.filter(
                Exists(Pick.objects.open(now).filter(order=OuterRef("pk"), run__member_id=member_id))
            )
        return rows


def sendable(rows: QuerySet[Order], now: datetime) -> OrderQuerySet:
    """Of the orders, those that can be sent as they stand: open, paid or paid at the door, not held, in stock."""
    assert isinstance(rows, OrderQuerySet)
    paid = Q(payment_method=ON_DELIVERY) | Q(payment_state__in=PAID, asked_minor=0)
    to_send = rows.filter(paid, state="open").exclude(fulfilment_state="fulfilled").not_held(now)
    return to_send.filter(Exists(_open_lines())).exclude(Exists(_lacking()))


def by_promise(rows: QuerySet[Order]) -> QuerySet[Order]:
    """The oldest promise first; what nothing was promised for comes after, the oldest order first."""
    return rows.order_by(F("promised_on").asc(nulls_last=True), "placed_at", "pk")


def in_stock(order_ids: Iterable[int]) -> set[int]:
    """Of the orders, those whose counted articles are all there."""
    rows = Order.objects.filter(pk__in=list(order_ids)).exclude(Exists(_lacking()))
    return set(rows.values_list("pk", flat=True))


def choices(rows: QuerySet[Order]) -> tuple[list[str], list[str]]:
    """Carriers or methods, and countries, that wait; two queries."""
    methods = (
        rows.order_by("shipping_method").exclude(shipping_method="").values_list("shipping_method", flat=True)
    )
    countries = rows.order_by("ship_country").exclude(ship_country="").values_list("ship_country", flat=True)
    return list(methods.distinct()[:50]), list(countries.distinct()[:100])


def _open_lines() -> QuerySet[Line]:
    sent = F("fulfilled_quantity") + F("cancelled_quantity")
    return Line.objects.filter(order=OuterRef("pk"), quantity__gt=sent).exclude(kind=Line.Kind.FEE)


def _lacking() -> QuerySet[Line]:
    """Lines of which more is open than is on the shelf for them: free, or set aside for this very order."""
    mine = (
        StockMovement.objects.filter(
            level=OuterRef("variant__stock"),
            reference=Concat(
                Value("order:"), Cast(OuterRef("order_id"), CharField()), output_field=CharField()
            ),
        )
        .order_by()
        .values("level")
        .annotate(held=Sum("reserved_change"))
        .values("held")
    )
    still = F("quantity") - F("fulfilled_quantity") - F("cancelled_quantity")
    there = F("variant__stock__on_hand") - F("variant__stock__reserved")
    return (
        _open_lines()
        .filter(variant__stock__isnull=False)
        .annotate(own=Coalesce(Subquery(mine, output_field=BigIntegerField()), 0))
        .filter(own__lt=still - there)
    )
