"""Which orders a list shows: filters from the address, read with care, applied by indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from aftercart.customers.models import Customer
from aftercart.orders.models import FulfilmentState, Line, Order, PaymentState, State

SORTS = {"placed_at": "placed_at", "total": "total_minor"}
FIELDS = ("q", "state", "payment", "fulfilment", "channel", "country", "since", "until", "due")
DUE = {"send": "To be sent", "late": "Past the promise", "pay": "To be paid", "refund": "To be refunded"}
MOST_PEOPLE = 500
CHOICES = {
    "state": dict(State.choices),
    "payment": dict(PaymentState.choices),
    "fulfilment": dict(FulfilmentState.choices),
    "due": DUE,
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What was asked for; a value that makes no sense is left out."""

    q: str = ""
    state: str = ""
    payment: str = ""
    fulfilment: str = ""
    channel: str = ""
    country: str = ""
    since: str = ""
    until: str = ""
    due: str = ""
    sort: str = "-placed_at"

    @classmethod
    def read(cls, told: Mapping[str, str]) -> Filters:
        """From an address's query or a saved view."""
        values = {name: told.get(name, "").replace("\0", "").strip()[:100] for name in FIELDS}
        for name, known in CHOICES.items():
            if values[name] not in known:
                values[name] = ""
        for name in ("since", "until"):
            values[name] = values[name] if _day(values[name]) else ""
        sort = told.get("sort", "")
        return cls(**values, sort=sort if sort.removeprefix("-") in SORTS else "-placed_at")

    def query(self, **changes: str) -> str:
        """The address's query that says the same, with ``changes``; defaults are left out."""
        values = {name: getattr(self, name) for name in (*FIELDS, "sort")} | changes
        kept = {
            name: value for name, value in values.items() if value and (name, value) != ("sort", "-placed_at")
        }
        return urlencode(kept)

    def saved(self) -> dict[str, str]:
        """What a saved view keeps."""
        return {name: getattr(self, name) for name in (*FIELDS, "sort") if getattr(self, name)}

    def chips(self, channels: Mapping[str, str]) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the query that lifts it."""
        words = {
            **{name: known.get(getattr(self, name), "") for name, known in CHOICES.items()},
            "channel": channels.get(self.channel, self.channel),
            "country": self.country and f"To {self.country.upper()}",
            "since": self.since and f"From {self.since}",
            "until": self.until and f"Until {self.until}",
        }
        return [(word, f"?{self.query(**{name: ''})}") for name, word in words.items() if word]

    def applied(self, rows: QuerySet[Order], *, today: date) -> QuerySet[Order]:
        """The rows that fit."""
        exact = {
            "state": self.state,
            "payment_state": self.payment,
            "fulfilment_state": self.fulfilment,
            "channel__slug": self.channel,
            "ship_country": self.country.upper(),
        }
        rows = rows.filter(**{name: value for name, value in exact.items() if value})
        if since := _day(self.since):
            rows = rows.filter(placed_at__gte=_midnight(since))
        if until := _day(self.until):
            rows = rows.filter(placed_at__lt=_midnight(until + timedelta(days=1)))
        if self.due:
            rows = rows.filter(_due(self.due, today))
        return rows.filter(_matching(self.q)) if self.q else rows


def _due(due: str, today: date) -> Q:
    to_send = Q(state="open") & ~Q(fulfilment_state="fulfilled")
    if due == "send":
        return to_send & Q(payment_state__in=["paid", "partly_refunded"])
    if due == "late":
        return to_send & Q(promised_on__lt=today)
    if due == "pay":
        return Q(payment_state__in=["pending", "partly_paid", "failed"]) & ~Q(state="cancelled")
    return Q(state="cancelled", paid_minor__gt=F("refunded_minor"))


def _matching(text: str) -> Combinable | Q:
    """Number, e-mail, SKU from their beginning; a person by words of their name."""
    number = text.lstrip("#")
    people = Customer.objects.matching(text).values("pk")[:MOST_PEOPLE]
    with_sku = Line.objects.filter(order=OuterRef("pk"), sku__iexact=text)
    return (
        Q(number__istartswith=number)
        | Q(number__istartswith=f"#{number}")
        | Q(email_key__startswith=text.casefold())
        | Q(customer_id__in=people)
        | Exists(with_sku)
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
