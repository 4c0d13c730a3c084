"""Customers over the API: their data, consents and timeline."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from aftercart.customers.actions import (
    Person,
    edit_customer,
    find_or_add_customer,
    link_identity,
    record_consent,
)
from aftercart.customers.models import Consent, Customer, email_key
from aftercart.kernel.api.cursors import MOST, Cursor, Limit, Page, page_of
from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import (
    Body,
    Country,
    Email,
    Flag,
    Id,
    Key,
    Language,
    Long,
    Moment,
    Short,
    Stamp,
)
from aftercart.kernel.journal.models import Entry
from aftercart.stores.tokens import TokenRequest, need

router = Router(tags=["Customers"])


class CustomerShown(Schema):
    """A customer. The order figures leave cancelled orders out."""

    id: int
    name: str
    email: str
    phone: str
    language: str
    country: str
    city: str
    postcode: str
    tags: list[str]
    orders_count: int
    first_order_at: Stamp | None
    last_order_at: Stamp | None
    created_at: Stamp
    updated_at: Stamp


class CustomerPage(Page):
    """A page of customers."""

    items: list[CustomerShown]


class CustomerDraft(Body):
    """A customer to be added; one with the same e-mail address is found instead, its blanks filled."""

    email: Email = ""
    name: Short = ""
    phone: Short = ""
    language: Language = ""
    country: Country = ""
    city: Short = ""
    postcode: Short = ""
    external_id: Key | None = None


class CustomerChange(Body):
    """What of a customer can be changed; what is left out stays."""

    name: Short | None = None
    phone: Short | None = None
    language: Language | None = None
    country: Country | None = None
    city: Short | None = None
    note: Long | None = None


class ConsentDraft(Body):
    """A statement of consent, or of its withdrawal, with where it was made."""

    purpose: Literal["marketing", "feedback", "sms", "push", "profiling"]
    is_granted: Flag
    source: Key
    text_version: Short = ""
    stated_at: Moment | None = None


class ConsentShown(Schema):
    """A statement of consent."""

    id: int
    purpose: str
    is_granted: bool
    source: str
    text_version: str
    stated_at: Stamp


class EntryShown(Schema):
    """One thing that happened."""

    id: int
    name: str
    subject: str
    actor: str
    occurred_at: Stamp
    facts: dict[str, Any]


class EntryPage(Page):
    """A page of a timeline."""

    items: list[EntryShown]


def show_customer(customer: Customer) -> CustomerShown:
    """A customer as the API tells it."""
    return CustomerShown.model_validate(customer, from_attributes=True)


def show_entry(entry: Entry) -> EntryShown:
    """A journal entry as the API tells it."""
    return EntryShown.model_validate(entry, from_attributes=True)


def _reached(request: TokenRequest) -> QuerySet[Customer]:
    """A token bound to a channel reaches the customers who ordered there."""
    rows = Customer.objects.known()
    channel_id = request.token.channel_id
    return rows.filter(pk__in=_buyers(channel_id)) if channel_id else rows


def _buyers(channel_id: int) -> QuerySet[Any]:
    named = Entry.objects.filter(channel_id=channel_id, customer_id__isnull=False)
    return named.values("customer_id")


def _get(request: TokenRequest, customer_id: int) -> Customer:
    return get_object_or_404(_reached(request), pk=customer_id)


@router.get("", response=CustomerPage, summary="List customers")
def list_customers(
    request: HttpRequest,
    email: Email = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> object:
    """Customers, newest first; ``email`` finds the one with that address."""
    rows = _reached(need(request, "customers:read"))
    if email:
        rows = rows.filter(email_key=email_key(email.replace("\x00", "")))
    return page_of(rows, cursor=cursor, limit=limit, by="created_at", show=show_customer)


@router.post("", response={201: CustomerShown}, summary="Add or find a customer")
@once
def add_customer(request: HttpRequest, draft: CustomerDraft) -> Status[CustomerShown]:
    """Add a customer, or find the one with this e-mail address or outside id."""
    known = need(request, "customers:write")
    if not draft.email and not draft.external_id:
        raise Problem(422, "A customer needs an e-mail address or an id of yours.", [("/email", "give one")])
    source = f"api:{known.token.channel_id or 0}"
    if draft.external_id and not draft.email:
        found = Customer.objects.filter(
            identities__source=source, identities__value=draft.external_id
        ).first()
        if found:
            return Status(201, show_customer(found))
    person = Person(**draft.model_dump(exclude={"external_id"}))
    _refuse_anothers(known, draft.email)
    customer = find_or_add_customer(person=person, actor=known.actor, channel_id=known.token.channel_id)
    if draft.external_id:
        link_identity(customer_id=customer.pk, source=source, value=draft.external_id)
    return Status(201, show_customer(customer))


def _refuse_anothers(request: TokenRequest, email: str) -> None:
    """Knowing an address must not be enough for a channel's token to read or change another's customer."""
    key = email_key(email)
    is_known = bool(key) and Customer.objects.filter(email_key=key).exists()
    if is_known and not _reached(request).filter(email_key=key).exists():
        raise Problem(409, "This address is known from another channel.", [("/email", "is out of reach")])


@router.get("/{customer_id}", response=CustomerShown, summary="One customer")
def get_customer(request: HttpRequest, customer_id: Id) -> object:
    """The customer with this id."""
    return show_customer(_get(need(request, "customers:read"), customer_id))


@router.patch("/{customer_id}", response=CustomerShown, summary="Change a customer")
def change_customer(request: HttpRequest, customer_id: Id, change: CustomerChange) -> object:
    """Set the fields given."""
    known = need(request, "customers:write")
    _get(known, customer_id)
    changes = change.model_dump(exclude_none=True)
    return show_customer(edit_customer(customer_id=customer_id, changes=changes, actor=known.actor))


@router.get("/{customer_id}/timeline", response=EntryPage, summary="A customer's story")
def get_timeline(
    request: HttpRequest,
    customer_id: Id,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> object:
    """All that happened to a customer, newest first; a channel's token is not told of other channels."""
    known = need(request, "customers:read")
    _get(known, customer_id)
    rows = Entry.objects.filter(customer_id=customer_id)
    if known.token.channel_id:
        rows = rows.filter(Q(channel_id=known.token.channel_id) | Q(channel_id__isnull=True))
    return page_of(rows, cursor=cursor, limit=limit, by="occurred_at", show=show_entry)


@router.post("/{customer_id}/consents", response={201: ConsentShown}, summary="State a consent")
@once
def add_consent(request: HttpRequest, customer_id: Id, draft: ConsentDraft) -> Status[ConsentShown]:
    """Append a statement of consent or withdrawal; the newest for each purpose is in force."""
    known = need(request, "customers:write")
    _get(known, customer_id)
    consent = record_consent(customer_id=customer_id, actor=known.actor, **draft.model_dump())
    return Status(201, _show_consent(consent))


@router.get("/{customer_id}/consents", response=list[ConsentShown], summary="A customer's consents")
def list_consents(request: HttpRequest, customer_id: Id) -> object:
    """Every statement, newest first."""
    customer = _get(need(request, "customers:read"), customer_id)
    return [_show_consent(consent) for consent in customer.consents.order_by("-stated_at", "-pk")[:MOST]]


def _show_consent(consent: Consent) -> ConsentShown:
    return ConsentShown.model_validate(consent, from_attributes=True)
