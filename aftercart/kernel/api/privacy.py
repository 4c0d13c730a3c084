"""Answers kept for retries may name a person: they are emptied with the person."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from aftercart.kernel.api.models import StoredAnswer
from aftercart.kernel.privacy.registry import Person, Table, Treatment, personal_data


def _erase(person: Person) -> Mapping[str, int]:
    """A retry within the week then gets an empty answer, which is better than doing the work twice."""
    named = Q(pk__in=())
    for text in person.known_by.emails | person.known_by.phones | person.known_by.names:
        named |= Q(body__icontains=text)
    return {"api.StoredAnswer": StoredAnswer.objects.filter(named).update(body="{}")}


personal_data(
    app="api",
    tables=[
        Table(
            model="api.StoredAnswer",
            treatment=Treatment.PSEUDONYMISED,
            retention="a week",
            reason="that a request was answered; no content",
        )
    ],
    erase=_erase,
)
