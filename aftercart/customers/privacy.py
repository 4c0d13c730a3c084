"""What this app knows of a person, hands out and forgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aftercart.customers.actions import erase_customer
from aftercart.customers.models import Consent, Customer, Identity
from aftercart.kernel.privacy.registry import (
    Identifiers,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet


def _identify(customer_id: int) -> Identifiers:
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        return Identifiers()
    visitors = customer.identities.filter(source="anonymous").values_list("value", flat=True)
    return Identifiers(
        emails=frozenset({customer.email} - {""}),
        phones=frozenset({customer.phone} - {""}),
        names=frozenset({customer.name} - {""}),
        anonymous_ids=frozenset(visitors),
        subjects=frozenset({f"customer:{customer_id}"}),
    )


def _export(person: Person) -> Iterable[Sheet]:
    number = person.customer_id
    yield sheet(
        "customer",
        "Who you are to us.",
        Customer.objects.filter(pk=number),
        *("id", "name", "email", "phone", "language", "country", "city", "postcode", "tags", "note"),
        *("orders_count", "first_order_at", "last_order_at", "created_at", "erased_at"),
    )
    yield sheet(
        "identities",
        "Your names in other systems, and the browsers you used.",
        Identity.objects.filter(customer_id=number),
        *("source", "value", "is_proven", "created_at"),
    )
    yield sheet(
        "consents",
        "What you allowed or forbade, when and where; the newest of a purpose is in force.",
        Consent.objects.filter(customer_id=number),
        *("purpose", "is_granted", "text_version", "source", "stated_at"),
    )


def _erase(person: Person) -> Mapping[str, int]:
    return erase_customer(customer_id=person.customer_id, now=person.now)


personal_data(
    app="customers",
    tables=[
        Table(
            model="customers.Customer",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until erased",
            reason="a number, country and language, for the orders that point at it",
        ),
        Table(model="customers.Identity", treatment=Treatment.ERASED, retention="kept until erased"),
        Table(model="customers.Word", treatment=Treatment.ERASED, retention="kept until erased"),
        Table(
            model="customers.Consent",
            treatment=Treatment.KEPT,
            retention="kept without limit",
            reason="the proof that mails sent were allowed; it holds a purpose and a time, no address",
        ),
    ],
    identify=_identify,
    export=_export,
    erase=_erase,
)
