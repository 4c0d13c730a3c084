"""Taking in what shoppers do: whose it is, what it tells of them, and into the journal it goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db import transaction

from aftercart.customers.actions import Person, find_or_add_customer, link_identity, note_seen
from aftercart.customers.models import Customer, Identity, email_key
from aftercart.kernel.journal.track import TrackedEvent, TrackResult, record_tracked

ANONYMOUS = "anonymous"
FUTURE_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One message as it came. ``traits`` (of an ``identify``) may hold email, name, phone, language."""

    kind: str
    message_id: str
    name: str
    anonymous_id: str = ""
    user_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    occurred_at: datetime


@transaction.atomic
def take_in(
    *, told: Sequence[Told], channel_id: int, is_trusted: bool, actor: str, now: datetime
) -> TrackResult:
    """Write messages into the journal, each once, under the customers they belong to.

    Only a trusted sender (the shop's server, not a page anybody can read) may say that a visitor *is* a
    customer; for others a visitor is known by an anonymous id that a trusted sender linked before.
    """
    if is_trusted:
        _identify([message for message in told if message.kind == "identify"], channel_id, actor, now)
    owners = _owners(told, channel_id, is_trusted=is_trusted)
    events = [_event(message, owners, channel_id, now) for message in told]
    result = record_tracked(events)
    seen = {event.customer_id for event in events if event.customer_id}
    if seen:
        note_seen(customer_ids=seen, now=now)
    return result


def _identify(told: Sequence[Told], channel_id: int, actor: str, now: datetime) -> None:
    """Link visitors and user ids to customers: first all customers, then all links, each in one order.

    Two batches that name the same people in another order would otherwise wait for each other's rows.
    """
    source = user_source(channel_id)
    named = _identities(source, {message.user_id for message in told if message.user_id})
    people, emails = _people(told, named)
    by_email = {
        key: find_or_add_customer(person=person, actor=actor, channel_id=channel_id, now=now).pk
        for key, person in sorted(people, key=itemgetter(0))
    }
    owners = named | {user: by_email[key] for user, key in emails.items()}
    links: dict[tuple[str, str], int] = {}
    for message in told:
        owner = owners.get(message.user_id) or by_email.get(_email_of(message))
        for name in ((source, message.user_id), (ANONYMOUS, message.anonymous_id)):
            if owner and name[1]:
                links.setdefault(name, owner)
    for (kind, value), owner in sorted(links.items()):
        link_identity(customer_id=owner, source=kind, value=value, is_proven=True)


def _people(
    told: Sequence[Told], named: Mapping[str, int]
) -> tuple[list[tuple[str, Person]], dict[str, str]]:
    """Who is told by e-mail, and which user id is whose; the first message about a user id decides."""
    people: list[tuple[str, Person]] = []
    emails: dict[str, str] = {}
    for message in told:
        key = _email_of(message)
        if not key or message.user_id in named:
            continue
        if message.user_id and emails.setdefault(message.user_id, key) != key:
            continue
        people.append((key, _person(message.traits)))
    return people, emails


def _identities(source: str, values: Collection[str]) -> dict[str, int]:
    found = Identity.objects.filter(source=source, value__in=values) if values else Identity.objects.none()
    return dict(found.values_list("value", "customer_id"))


def user_source(channel_id: int) -> str:
    """The source under which a channel's own user ids are kept."""
    return f"user:{channel_id}"


def _person(traits: dict[str, Any]) -> Person:
    def text(name: str, longest: int) -> str:
        value = traits.get(name)
        return value.replace("\0", "").strip()[:longest] if isinstance(value, str) else ""

    email = text("email", 254)
    return Person(
        email=email if email.count("@") == 1 and email.isprintable() and " " not in email else "",
        name=text("name", 200),
        phone=text("phone", 40),
        language=text("language", 10),
        city=text("city", 120),
    )


def _owners(told: Sequence[Told], channel_id: int, *, is_trusted: bool) -> dict[tuple[str, str], int]:
    wanted = {ANONYMOUS: {message.anonymous_id for message in told if message.anonymous_id}}
    if is_trusted:
        wanted[user_source(channel_id)] = {message.user_id for message in told if message.user_id}
    owners: dict[tuple[str, str], int] = {}
    for source, values in wanted.items():
        owners.update({(source, value): owner for value, owner in _identities(source, values).items()})
    return owners | _by_email(told, is_trusted=is_trusted)


def _by_email(told: Iterable[Told], *, is_trusted: bool) -> dict[tuple[str, str], int]:
    if not is_trusted:
        return {}
    keys = {_email_of(message) for message in told} - {""}
    found = Customer.objects.filter(email_key__in=keys).values_list("email_key", "pk")
    return {("email", str(key)): pk for key, pk in found}


def _owner(message: Told, owners: dict[tuple[str, str], int], channel_id: int) -> int | None:
    email = _email_of(message)
    names = ((user_source(channel_id), message.user_id), (ANONYMOUS, message.anonymous_id), ("email", email))
    return next((owners[name] for name in names if name in owners), None)


def _email_of(message: Told) -> str:
    """The address a message names, as the database can look for it."""
    return email_key(_person(message.traits).email) if message.traits else ""


def _event(message: Told, owners: dict[tuple[str, str], int], channel_id: int, now: datetime) -> TrackedEvent:
    told = message.occurred_at
    return TrackedEvent(
        message_id=message.message_id,
        name=message.name,
        kind=message.kind,
        customer_id=_owner(message, owners, channel_id),
        anonymous_id=message.anonymous_id,
        channel_id=channel_id,
        properties=message.properties or message.traits,
        occurred_at=told if told <= now + FUTURE_TOLERANCE else now,
    )
