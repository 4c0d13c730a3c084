"""Customers on the desk: found in a moment, and one customer's whole story."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from aftercart.customers.actions import edit_customer
from aftercart.customers.forms import CustomerForm
from aftercart.customers.models import Consent, Customer, CustomerQuerySet
from aftercart.customers.slots import desk_customer_panels
from aftercart.kernel.journal.models import Entry, EntryQuerySet
from aftercart.kernel.journal.story import tell
from aftercart.kernel.journal.timeline import timeline_page
from aftercart.stores.models import StaffMember
from aftercart.stores.permissions import StaffRequest, require, told_to, visible_channels

SIZE = 50
SHOWN_ENTRIES = 40
MOST_COUNTED = 10_000
KINDS = {"all": "All", "orders": "Orders", "parcels": "Parcels", "talk": "Conversations", "visits": "Visits"}
NAMES = {"orders": Q(name__startswith="Order"), "parcels": Q(name__startswith="Parcel")}


@require_safe
@require("customers.view")
def list_customers(request: StaffRequest) -> HttpResponse:
    """Customers, those who ordered last first; ``q`` finds by the beginnings of words."""
    search = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = reached_customers(request.member)
    customers, following = _page(rows, search, request.GET.get("cursor", ""))
    context = {
        "customers": customers,
        "next": following,
        "search": search,
        "total": "" if search else _counted(rows),
    }
    return render(request, "customers/desk/customers.html", context)


@require_safe
@require("customers.view")
def show_customer(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One customer: who they are, what they agreed to, and everything that happened."""
    return _customer_page(request, _one(request, customer_id))


@require_safe
@require("customers.view")
def more_story(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The next part of the story, as a fragment."""
    customer = _one(request, customer_id)
    return render(request, "customers/desk/parts/story.html", _story(request, customer))


@require_POST
@require("customers.edit")
def edit(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Change a customer's own data."""
    customer = _one(request, customer_id)
    form = CustomerForm(request.POST)
    if not form.is_valid():
        return _customer_page(request, customer, form=form, status=422)
    edit_customer(customer_id=customer.pk, changes=form.cleaned_data, actor=request.actor)
    messages.success(request, "Saved.")
    return redirect("desk-customer", customer_id=customer.pk)


def reached_customers(member: StaffMember) -> CustomerQuerySet:
    """A member of some channels sees the customers of whom something happened there."""
    rows = Customer.objects.known()
    if not member.channels.all():
        return rows
    there = Entry.objects.filter(channel_id__in=visible_channels(member), customer_id__isnull=False)
    return rows.filter(pk__in=there.values("customer_id"))


def _one(request: StaffRequest, customer_id: int) -> Customer:
    customer: Customer | None = reached_customers(request.member).filter(pk=customer_id).first()
    if customer is None:
        raise Http404
    return customer


def _page(rows: CustomerQuerySet, search: str, cursor: str) -> tuple[list[Customer], str]:
    """By the last order, newest first; people without one after all others, newest first."""
    after = _read(cursor)
    most = SIZE + 1
    found = rows.page_matching(search, most, after=after) if search else rows.by_last_order(most, after=after)
    return found[:SIZE], _write(found[SIZE - 1]) if len(found) > SIZE else ""


def _write(customer: Customer) -> str:
    at = customer.last_order_at
    return f"{at.isoformat() if at else ''}|{customer.pk}"


def _read(cursor: str) -> tuple[datetime | None, int] | None:
    at, _, pk = cursor.partition("|")
    try:
        return datetime.fromisoformat(at) if at else None, int(pk)
    except ValueError:
        return None


def _counted(rows: QuerySet[Customer]) -> str:
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"more than {MOST_COUNTED:,}" if count > MOST_COUNTED else f"{count:,}"


def _customer_page(
    request: StaffRequest, customer: Customer, *, form: CustomerForm | None = None, status: int = 200
) -> HttpResponse:
    fields = {name: getattr(customer, name) for name in CustomerForm.base_fields}
    context = {
        "customer": customer,
        "panels": desk_customer_panels.panels(request, customer),
        "consents": _in_force(customer),
        "identities": list(customer.identities.all()[:20]),
        "form": form or CustomerForm(initial=fields),
        "opened": "edit" if form else "",
        **_story(request, customer),
    }
    return render(request, "customers/desk/customer.html", context, status=status)


def _in_force(customer: Customer) -> list[Consent]:
    """The newest statement for each purpose."""
    newest: dict[str, Consent] = {}
    for consent in customer.consents.order_by("-stated_at", "-pk"):
        newest.setdefault(consent.purpose, consent)
    return list(newest.values())


def _story(request: StaffRequest, customer: Customer) -> dict[str, Any]:
    kind = request.GET.get("kind", "all")
    kind = kind if kind in KINDS else "all"
    entries = cast("EntryQuerySet", told_to(Entry.objects.timeline(customer_id=customer.pk), request.member))
    if kind == "talk":
        entries = entries.filter(Q(name__startswith="Ticket") | Q(name__startswith="Message"))
    elif kind == "visits":
        entries = entries.filter(source="track")
    elif kind in NAMES:
        entries = entries.filter(NAMES[kind])
    page = timeline_page(entries, before=request.GET.get("before", ""), size=SHOWN_ENTRIES)
    tabs = [
        {"label": label, "href": f"?kind={key}", "is_current": key == kind} for key, label in KINDS.items()
    ]
    story = [tell(entry) for entry in page.entries]
    return {"customer": customer, "story": story, "older": page.older, "kind": kind, "kinds": tabs}
