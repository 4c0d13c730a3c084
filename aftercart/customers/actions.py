"""The only writer of customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Least

from aftercart.customers.events import (
    ConsentStated,
    CustomerAdded,
    CustomerChanged,
    SegmentDeleted,
    SegmentSaved,
)
from aftercart.customers.models import Consent, Customer, Identity, Segment, Word, email_key
from aftercart.customers.words import fold, words_of
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.rules import RuleError, check

INDEXED_AT_ONCE = 300
SEEN_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is known of a person when they order, write or are imported."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    country: str = ""
    city: str = ""
    postcode: str = ""


def search_text(person: Person | Customer) -> str:
    """The text whose words find a customer."""
    return fold(" ".join(part for part in (person.name, person.email, person.phone, person.city) if part))


def index_customers(customers: Sequence[Customer]) -> None:
    """Bring the words of customers up to their ``search_text``; for whoever wrote rows in bulk."""
    with transaction.atomic():
        for start in range(0, len(customers), INDEXED_AT_ONCE):
            batch = customers[start : start + INDEXED_AT_ONCE]
            Word.objects.filter(customer_id__in=[customer.pk for customer in batch]).delete()
            Word.objects.bulk_create(
                [
                    Word(customer=customer, word=word)
                    for customer in batch
                    for word in words_of(customer.search_text)
                ],
                batch_size=2000,
                ignore_conflicts=True,
            )


@transaction.atomic
def find_or_add_customer(
    *, person: Person, actor: str, channel_id: int | None = None, now: datetime | None = None
) -> Customer:
    """The customer with this e-mail address, made when there is none.

    Blanks are filled, nothing is overwritten. Two callers at once get the same row. A person without an
    e-mail address always becomes a new customer.
    """
    now = now or clock.now()
    key = email_key(person.email) or None
    values = {
        "name": person.name,
        "email": person.email.strip(),
        "phone": person.phone,
        "language": person.language,
        "country": person.country,
        "city": person.city,
        "postcode": person.postcode,
        "search_text": search_text(person),
        "created_at": now,
        "updated_at": now,
    }
    if key is None:
        customer, is_new = Customer.objects.create(email_key=None, **values), True
    else:
        customer, is_new = Customer.objects.get_or_create(email_key=key, defaults=values)
    if is_new:
        index_customers([customer])
        publish(CustomerAdded(customer_id=customer.pk, channel_id=channel_id), actor=actor, occurred_at=now)
    else:
        _fill_blanks(customer, person, now)
    return customer


def _fill_blanks(customer: Customer, person: Person, now: datetime) -> None:
    if not _blanks(customer, person):
        return
    # Somebody else may have filled them since the row was read.
    customer.refresh_from_db(from_queryset=Customer.objects.select_for_update())
    missing = _blanks(customer, person)
    if not missing:
        return
    for name in missing:
        setattr(customer, name, getattr(person, name))
    customer.search_text = search_text(customer)
    customer.updated_at = now
    customer.save(update_fields=[*missing, "search_text", "updated_at"])
    index_customers([customer])


def _blanks(customer: Customer, person: Person) -> list[str]:
    fields = ("name", "phone", "language", "country", "city", "postcode")
    return [name for name in fields if not getattr(customer, name) and getattr(person, name)]


@transaction.atomic
def edit_customer(*, customer_id: int, changes: dict[str, str], actor: str) -> Customer:
    """Set some of a customer's own fields: name, phone, language, country, city, note."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    changed = tuple(name for name, value in changes.items() if getattr(customer, name) != value)
    if changed:
        for name in changed:
            setattr(customer, name, changes[name])
        customer.search_text = search_text(customer)
        customer.updated_at = clock.now()
        customer.save(update_fields=[*changed, "search_text", "updated_at"])
        index_customers([customer])
        publish(CustomerChanged(customer_id=customer_id, fields=changed), actor=actor)
    return customer


@transaction.atomic
def record_consent(
    *,
    customer_id: int,
    purpose: str,
    is_granted: bool,
    source: str,
    actor: str,
    text_version: str = "",
    stated_at: datetime | None = None,
) -> Consent:
    """Append a statement of consent or withdrawal, with its proof."""
    stated_at = stated_at or clock.now()
    consent = Consent.objects.create(
        customer_id=customer_id,
        purpose=purpose,
        is_granted=is_granted,
        source=source,
        text_version=text_version,
        stated_at=stated_at,
    )
    event = ConsentStated(customer_id=customer_id, purpose=purpose, is_granted=is_granted, via=source)
    publish(event, actor=actor, occurred_at=stated_at)
    return consent


@transaction.atomic
def link_identity(*, customer_id: int, source: str, value: str, is_proven: bool = False) -> Identity:
    """Note that an outside id belongs to a customer; an id that is already taken stays where it is."""
    identity, _ = Identity.objects.get_or_create(
        source=source, value=value, defaults={"customer_id": customer_id, "is_proven": is_proven}
    )
    return identity


def count_order(*, customer_id: int, placed_at: datetime) -> None:
    """Keep the customer's order caches when an order is placed (called in that transaction)."""
    Customer.objects.filter(pk=customer_id).update(
        orders_count=F("orders_count") + 1,
        first_order_at=Least(Coalesce("first_order_at", placed_at), placed_at),
        last_order_at=Greatest(Coalesce("last_order_at", placed_at), placed_at),
    )


def uncount_order(*, customer_id: int, first_at: datetime | None, last_at: datetime | None) -> None:
    """Keep the caches when an order is cancelled; the caller knows the remaining first and last."""
    Customer.objects.filter(pk=customer_id).update(
        orders_count=Greatest(F("orders_count") - 1, 0), first_order_at=first_at, last_order_at=last_at
    )


@transaction.atomic
def erase_customer(*, customer_id: int, now: datetime) -> dict[str, int]:
    """Leave a nameless row under the customer's number; gives the rows changed by table.

    Country, language, order counts and consent statements stay: they name nobody. Doing it again
    changes nothing.
    """
    identities, _ = Identity.objects.filter(customer_id=customer_id).delete()
    words, _ = Word.objects.filter(customer_id=customer_id).delete()
    known = Customer.objects.known().filter(pk=customer_id)
    erased = known.update(
        name="",
        email="",
        email_key=None,
        phone="",
        city="",
        postcode="",
        tags=[],
        note="",
        search_text="",
        updated_at=now,
        erased_at=now,
    )
    return {"customers.Customer": erased, "customers.Identity": identities, "customers.Word": words}


def note_seen(*, customer_ids: Collection[int], now: datetime) -> None:
    """Remember that customers were heard of now; at most once a minute each, and never waiting for a lock."""
    due = Customer.objects.filter(pk__in=customer_ids).exclude(last_seen_at__gt=now - SEEN_NOTED_EVERY)
    with transaction.atomic():
        free = due.order_by("pk").select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        Customer.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(last_seen_at=now)


class SegmentOvertakenError(Exception):
    """Somebody else changed the segment's rule since it was read."""


@transaction.atomic
def add_segment(*, name: str, rule: Mapping[str, Any], actor: str, now: datetime | None = None) -> Segment:
    """A new segment.

    Raises:
        RuleError: when the rule is no sound rule about customers.
        IntegrityError: when the name is taken.
    """
    now = now or clock.now()
    _require_sound(rule)
    segment = Segment.objects.create(
        name=name.strip(), rule=rule, created_by=actor, created_at=now, updated_at=now
    )
    _tell_saved(segment, actor, now)
    return segment


@transaction.atomic
def save_segment(
    *,
    segment_id: int,
    name: str,
    rule: Mapping[str, Any],
    actor: str,
    seen_version: int,
    now: datetime | None = None,
) -> Segment:
    """Rename a segment or give it another rule; only another rule raises the version.

    Raises:
        RuleError: when the rule is no sound rule about customers.
        SegmentOvertakenError: when the rule is no longer the one of ``seen_version``.
        IntegrityError: when the name is taken.
    """
    now = now or clock.now()
    _require_sound(rule)
    segment = Segment.objects.select_for_update().get(pk=segment_id)
    if segment.version != seen_version:
        raise SegmentOvertakenError
    if (segment.name, segment.rule) == (name.strip(), rule):
        return segment
    segment.version += segment.rule != rule
    segment.name, segment.rule, segment.updated_at = name.strip(), rule, now
    segment.save(update_fields=["name", "rule", "version", "updated_at"])
    _tell_saved(segment, actor, now)
    return segment


@transaction.atomic
def delete_segment(*, segment_id: int, actor: str) -> None:
    """Take a segment away; the customers in it stay as they are."""
    segment = Segment.objects.select_for_update().get(pk=segment_id)
    segment.delete()
    publish(SegmentDeleted(segment_id=segment_id, called=segment.name), actor=actor)


def _require_sound(rule: Mapping[str, Any]) -> None:
    problems = check(rule, "customer")
    if problems:
        raise RuleError(problems)


def _tell_saved(segment: Segment, actor: str, now: datetime) -> None:
    saved = SegmentSaved(segment_id=segment.pk, called=segment.name, version=segment.version)
    publish(saved, actor=actor, occurred_at=now)
