"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aftercart.helpdesk.actions import erase_customer
from aftercart.helpdesk.models import Message, Ticket
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


def _identify(customer_id: int) -> Identifiers:
    tickets = Ticket.objects.filter(customer_id=customer_id).values_list("pk", flat=True)
    authors = Message.objects.filter(ticket__customer_id=customer_id, kind=Message.Kind.CUSTOMER)
    return Identifiers(
        names=frozenset(authors.exclude(author_name="").values_list("author_name", flat=True)),
        subjects=frozenset(f"ticket:{pk}" for pk in tickets),
    )


def _export(person: Person) -> Iterable[Sheet]:
    yield sheet(
        "conversations",
        "Your questions.",
        Ticket.objects.filter(customer_id=person.customer_id),
        *("id", "order__number", "subject", "topic", "state", "via", "language", "opened_at", "closed_at"),
    )
    yield sheet(
        "messages",
        "What you wrote, what we answered, and what colleagues noted.",
        Message.objects.filter(ticket__customer_id=person.customer_id),
        *("ticket_id", "kind", "author_name", "text", "sent_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    return erase_customer(customer_id=person.customer_id, blank=ERASED)


def _hinder(person: Person) -> Sequence[str]:
    """Someone who asked is answered before they are forgotten."""
    waiting = Ticket.objects.all().waiting().filter(customer_id=person.customer_id)
    return [f"Question {pk} still waits for an answer." for pk in waiting.values_list("pk", flat=True)]


personal_data(
    app="helpdesk",
    tables=[
        Table(
            model="helpdesk.Ticket",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until erased",
            reason="times and states, for the figures; no words",
        ),
        Table(
            model="helpdesk.Message",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until erased",
            reason="that something was said and when; no words",
        ),
    ],
    identify=_identify,
    export=_export,
    erase=_erase,
    hinder=_hinder,
)
