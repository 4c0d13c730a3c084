"""Learning from the ways observed: the table of delivery times, made anew each night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count

from aftercart.delivery.events import DeliveryLearnt
from aftercart.delivery.history import WINDOW, Arrived, Knowledge, Place, Recent, learn
from aftercart.delivery.models import LearntRow, LearntTable, Transit
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish

MEMORY = timedelta(days=730)
KEPT_TABLES = 14
WHERE = ("carrier", "country", "region")


def learn_deliveries(*, on: date, actor: str) -> LearntTable | None:
    """Make the table of the day ``on`` from everything known before it; the same day again replaces it.

    ``None`` when nothing was ever delivered.
    """
    knowledge = learn(_arrived(on), _recent(on), on=on)
    return _keep(knowledge, actor) if knowledge.deliveries else None


@transaction.atomic
def _keep(knowledge: Knowledge, actor: str) -> LearntTable:
    table, _ = LearntTable.objects.select_for_update().update_or_create(
        learnt_on=knowledge.learnt_on,
        defaults={
            "deliveries": knowledge.deliveries,
            "factors": {str(level): round(factor, 6) for level, factor in knowledge.factors.items()},
            "created_at": clock.now(),
        },
    )
    table.rows.all().delete()
    LearntRow.objects.bulk_create(
        (
            LearntRow(
                table=table,
                carrier=place.carrier,
                country=place.country,
                region=place.region,
                deliveries=row.deliveries,
                cdf=[round(share, 6) for share in row.cdf],
            )
            for place, row in knowledge.rows.items()
        ),
        batch_size=500,
    )
    old = LearntTable.objects.order_by("-learnt_on").values_list("pk", flat=True)[KEPT_TABLES:]
    LearntTable.objects.filter(pk__in=list(old)).delete()
    publish(DeliveryLearnt(learnt_on=knowledge.learnt_on, deliveries=knowledge.deliveries), actor=actor)
    return table


def _arrived(on: date) -> Iterator[Arrived]:
    """Counted in the database, so that a million deliveries are a few thousand rows here."""
    rows = Transit.objects.filter(arrived_on__lt=on, arrived_on__gte=on - MEMORY).order_by()
    for *where, days, count in rows.values_list(*WHERE, "days").annotate(count=Count("pk")):
        yield Arrived(place=_place(where), days=days, count=count)


def _recent(on: date) -> Iterator[Recent]:
    rows = Transit.objects.filter(placed_on__lt=on, placed_on__gte=on - timedelta(days=WINDOW)).order_by()
    counted = rows.values_list(*WHERE, "placed_on", "arrived_on").annotate(count=Count("pk"))
    for *where, placed_on, arrived_on, count in counted:
        is_known = arrived_on is not None and arrived_on < on
        days = (arrived_on - placed_on).days if is_known else None
        yield Recent(place=_place(where), placed_on=placed_on, days=days, count=count)


def _place(where: list[str]) -> Place:
    carrier, country, region = where
    return Place(carrier=carrier, country=country, region=region)
