"""What this app knows of a person, hands out and forgets. The messages themselves lie in the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from aftercart.kernel.privacy.registry import Person, Sheet, Table, Treatment, personal_data
from aftercart.kernel.privacy.rows import sheet
from aftercart.messaging.actions import address_key, forget_suppressions
from aftercart.messaging.models import Suppression


def _suppressions(person: Person) -> QuerySet[Suppression]:
    keys = [address_key(email) for email in person.known_by.emails]
    return Suppression.objects.filter(address_key__in=keys)


def _export(person: Person) -> Iterable[Sheet]:
    about = "Addresses of yours that nothing is sent to any more, and why."
    return [
        sheet("suppressed", about, _suppressions(person), "address_key", "reason", "detail", "created_at")
    ]


def _erase(person: Person) -> Mapping[str, int]:
    return {"messaging.Suppression": forget_suppressions(addresses=person.known_by.emails)}


personal_data(
    app="messaging",
    tables=[
        Table(
            model="messaging.Suppression",
            treatment=Treatment.ERASED,
            retention="until the address is used again by a colleague's word",
            reason="nothing is to be sent to the address",
        )
    ],
    export=_export,
    erase=_erase,
)
