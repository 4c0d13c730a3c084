"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aftercart.guides.actions import forget_words
from aftercart.guides.models import Outcome
from aftercart.kernel.privacy.registry import Person, Sheet, Table, Treatment, personal_data
from aftercart.kernel.privacy.rows import sheet


def _export(person: Person) -> Iterable[Sheet]:
    yield sheet(
        "guides",
        "What you said of our guides.",
        Outcome.objects.filter(order__customer_id=person.customer_id),
        *("guide__handle", "has_worked", "step", "text", "told_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    return {"guides.Outcome": forget_words(customer_id=person.customer_id)}


personal_data(
    app="guides",
    tables=[
        Table(
            model="guides.Outcome",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until erased",
            reason="whether guides work, for the figures; no words",
        ),
    ],
    export=_export,
    erase=_erase,
)
