"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aftercart.kernel.privacy.registry import (
    Identifiers,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet
from aftercart.kernel.privacy.scrubbing import ERASED
from aftercart.reviews.actions import erase_customer
from aftercart.reviews.models import Review


def _identify(customer_id: int) -> Identifiers:
    found = Review.objects.filter(customer_id=customer_id).values_list("pk", flat=True)
    return Identifiers(subjects=frozenset(f"review:{pk}" for pk in found))


def _export(person: Person) -> Iterable[Sheet]:
    yield sheet(
        "reviews",
        "What you said of orders and products.",
        Review.objects.filter(customer_id=person.customer_id),
        *("id", "order__number", "product__title", "score", "title", "text", "source", "written_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    return erase_customer(customer_id=person.customer_id, blank=ERASED)


personal_data(
    app="reviews",
    tables=[
        Table(
            model="reviews.Review",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until erased",
            reason="the score, for the averages; no words",
        )
    ],
    identify=_identify,
    export=_export,
    erase=_erase,
)
