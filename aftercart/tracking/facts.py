"""What rules may ask about parcels, and about the parcels of an order."""

from __future__ import annotations

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    Max,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from aftercart.kernel.rules import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    Ask,
    Subject,
    collection,
    fact,
)
from aftercart.orders.facts import order
from aftercart.tracking.models import Delay, Parcel, Status

GONE_WRONG = (Status.EXCEPTION, Status.LOST, Status.RETURNING, Status.RETURNED_TO_SENDER, Status.EXPIRED)
PROBLEMS = (("late", "Late"), ("silent", "Silent"), ("problem", "Went wrong"), ("none", "None"))


def _is_delayed(ask: Ask) -> Combinable:  # noqa: ARG001 - an expression's shape
    open_now = Delay.objects.filter(parcel=OuterRef("pk"), resolved_at__isnull=True)
    return ExpressionWrapper(Exists(open_now), output_field=BooleanField())


def _days_late(ask: Ask) -> Combinable:  # noqa: ARG001 - an expression's shape
    return _most_late(Delay.objects.filter(parcel=OuterRef("pk")), "parcel")


def _order_days_late(ask: Ask) -> Combinable:  # noqa: ARG001 - an expression's shape
    return _most_late(Delay.objects.filter(parcel__order=OuterRef("pk")), "parcel__order")


def _most_late(delays: object, owner: str) -> Combinable:
    grouped = delays.order_by().values(owner).annotate(most=Max("days_late"))  # type: ignore[attr-defined]  # a queryset
    return Coalesce(Subquery(grouped.values("most")[:1]), Value(0))


def _open_problem(ask: Ask) -> Combinable:  # noqa: ARG001 - an expression's shape
    delays = Delay.objects.filter(parcel__order=OuterRef("pk"), resolved_at__isnull=True)
    wrong = Parcel.objects.filter(order=OuterRef("pk"), status__in=GONE_WRONG, replaced_by__isnull=True)
    return Case(
        When(Exists(wrong), then=Value("problem")),
        When(Exists(delays.filter(cause="promise")), then=Value("late")),
        When(Exists(delays.filter(cause="silence")), then=Value("silent")),
        default=Value("none"),
        output_field=CharField(),
    )


DAYS_LATE_HELP = "Past the promise, counted once a day while it is under way; 0 in time or without a promise."

parcel = Subject("parcel", label="Parcel", many="parcels", model=Parcel)
fact(parcel, "status", CHOICE, "Status", column="status", choices=Status.choices)
fact(parcel, "carrier", TEXT, "Carrier", column="carrier")
fact(parcel, "country", COUNTRY, "Goes to country", column="order__ship_country")
fact(parcel, "promised_on", DATE, "Promised for", column="promised_on")
fact(parcel, "shipped_at", DATETIME, "Sent", column="shipped_at")
fact(parcel, "delivered_at", DATETIME, "Delivered", column="delivered_at")
fact(parcel, "is_delayed", BOOLEAN, "Is late or silent", expression=_is_delayed)
fact(parcel, "days_late", NUMBER, "Days late", expression=_days_late, help=DAYS_LATE_HELP)
fact(order, "days_late", NUMBER, "Days late", expression=_order_days_late, help=DAYS_LATE_HELP)
fact(
    order,
    "open_problem",
    CHOICE,
    "Open problem on the way",
    expression=_open_problem,
    choices=PROBLEMS,
    help="Of its parcels: one went wrong, is past its promise, or silent.",
)
collection(order, "parcels", of=parcel, key="order_id", label="Parcels", one="parcel")
