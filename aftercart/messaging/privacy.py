"""What this app knows of a person, hands out and forgets. The messages themselves lie in the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from aftercart.kernel.privacy.registry import Person, Sheet, Table, Treatment, personal_data
from aftercart.kernel.privacy.rows import sheet
from aftercart.messaging.actions import address_key, forget_replies, forget_sandbox_texts, forget_suppressions
from aftercart.messaging.models import HeardText, Notice, SandboxText, Suppression, TextNumber
from aftercart.messaging.numbers import normal_number


def _addresses(person: Person) -> list[str]:
    """Everything messages reach the person by, as it is kept here."""
    known = person.known_by
    numbers = {normal_number(phone) or phone for phone in known.phones}
    return [address_key(address) for address in [*known.emails, *numbers]]


def _suppressions(person: Person) -> QuerySet[Suppression]:
    return Suppression.objects.filter(address_key__in=_addresses(person))


def _texts(person: Person) -> QuerySet[SandboxText]:
    return SandboxText.objects.filter(Q(customer_id=person.customer_id) | Q(number__in=_addresses(person)))


def _numbers(person: Person) -> QuerySet[TextNumber]:
    return TextNumber.objects.filter(customer_id=person.customer_id)


def _heard(person: Person) -> QuerySet[HeardText]:
    """What came from the person's numbers, except from one that others gave, too: whose it was nobody knows."""
    numbers = {*_addresses(person), *_numbers(person).values_list("number", flat=True)}
    shared = TextNumber.objects.filter(number__in=numbers).exclude(customer_id=person.customer_id)
    return HeardText.objects.filter(number__in=numbers - set(shared.values_list("number", flat=True)))


def _export(person: Person) -> Iterable[Sheet]:
    about = "Addresses of yours that nothing is sent to any more, and why."
    notices = Notice.objects.filter(about__in=person.known_by.subjects)
    return [
        sheet("suppressed", about, _suppressions(person), "address_key", "reason", "detail", "created_at"),
        sheet(
            "text-messages", "Texts to you that were tried out.", _texts(person), "number", "body", "taken_at"
        ),
        sheet(
            "text-numbers", "Numbers of yours that texts went to.", _numbers(person), "number", "created_at"
        ),
        sheet(
            "texts-from-you", "Texts you sent us.", _heard(person), "number", "body", "meaning", "heard_at"
        ),
        sheet(
            "news",
            "What there was to tell you, and what became of it.",
            notices,
            *("about", "kind", "state", "reason", "happened_at", "settled_at"),
        ),
    ]


def _erase(person: Person) -> Mapping[str, int]:
    addresses = _addresses(person)
    numbers, heard = forget_replies(customer_id=person.customer_id, numbers=addresses)
    return {
        "messaging.TextNumber": numbers,
        "messaging.HeardText": heard,
        "messaging.Suppression": forget_suppressions(addresses=addresses),
        "messaging.SandboxText": forget_sandbox_texts(customer_id=person.customer_id, numbers=addresses),
    }


personal_data(
    app="messaging",
    tables=[
        Table(
            model="messaging.Suppression",
            treatment=Treatment.ERASED,
            retention="until the address is used again by a colleague's word",
            reason="nothing is to be sent to the address",
        ),
        Table(model="messaging.SandboxText", treatment=Treatment.ERASED, retention="kept until erased"),
        Table(model="messaging.TextNumber", treatment=Treatment.ERASED, retention="kept until erased"),
        Table(model="messaging.HeardText", treatment=Treatment.ERASED, retention="kept until erased"),
        Table(
            model="messaging.TextReport",
            treatment=Treatment.KEPT,
            retention="as long as the outbox",
            reason="that a text arrived; it names nobody",
        ),
        Table(
            model="messaging.Notice",
            treatment=Treatment.KEPT,
            retention="as long as the order",
            reason="that an order's parcel arrived, say; it names nobody",
        ),
        *(
            Table(
                model=f"messaging.{name}",
                treatment=Treatment.KEPT,
                retention="without limit",
                reason="the shop's own texts and settings, not about customers",
            )
            for name in ("Edition", "Switch", "TextSender")
        ),
    ],
    export=_export,
    erase=_erase,
)
