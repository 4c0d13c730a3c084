"""The desk's door to a customer's rights: a copy of everything, and being forgotten. Owner and admin only."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from aftercart.customers.forms import ErasureForm
from aftercart.customers.models import Customer
from aftercart.kernel.privacy.erasing import ErasureHinderedError, ErasureReport, erase_person
from aftercart.kernel.privacy.exporting import export_person
from aftercart.kernel.privacy.registry import Treatment
from aftercart.stores.permissions import StaffRequest, require


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the page's table: a kind of data, and what becomes of it."""

    what: str
    rows: int
    stays: str
    retention: str


@require_safe
@never_cache
@require("customers.erase")
def privacy_page(request: StaffRequest, customer_id: int) -> HttpResponse:
    """What an erasure would do, counted by doing it and taking it back, with both buttons."""
    customer = _one(request, customer_id)
    return _page(request, customer, ErasureForm())


@require_POST
@never_cache
@require("customers.erase")
def exports(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The zip of everything known of the customer."""
    customer = _one(request, customer_id)
    made = export_person(customer.pk, actor=request.actor)
    response = HttpResponse(made.content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return response


@require_POST
@never_cache
@require("customers.erase")
def erasure(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Forget the customer, once the form says that it is meant."""
    customer = _one(request, customer_id)
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, customer, form, status=422)
    try:
        erase_person(customer.pk, actor=request.actor, is_forced=form.cleaned_data["is_forced"])
    except ErasureHinderedError:
        form.add_error("is_forced", "Something is still under way. Tick this to erase all the same.")
        return _page(request, customer, form, status=409)
    messages.success(request, "The customer is forgotten.")
    return redirect("desk-customer-privacy", customer_id=customer.pk)


def _one(request: StaffRequest, customer_id: int) -> Customer:
    """The customer. What is told or forgotten here is of every channel, so it takes a member of all of them."""
    if request.member.channels.all():
        raise Http404
    return get_object_or_404(Customer, pk=customer_id)


def _page(request: StaffRequest, customer: Customer, form: ErasureForm, *, status: int = 200) -> HttpResponse:
    report = erase_person(customer.pk, actor=request.actor, is_dry_run=True)
    if not report.hindrances:
        del form.fields["is_forced"]
    context = {
        "customer": customer,
        "back_href": _customer_page(customer),
        "report": report,
        "rows": _rows(report),
        "form": form,
    }
    return render(request, "customers/desk/privacy.html", context, status=status)


def _rows(report: ErasureReport) -> list[Row]:
    """What is not empty, as a colleague would call it, the person before their traces."""
    return [
        Row(
            what=_plain_name(outcome.table.model),
            rows=outcome.rows,
            stays=outcome.table.reason if outcome.table.treatment is not Treatment.ERASED else "nothing",
            retention=outcome.table.retention,
        )
        for outcome in reversed(report.outcomes)
        if outcome.rows
    ]


def _plain_name(label: str) -> str:
    model = apps.get_model(label)
    app = model._meta.app_config.verbose_name
    name = str(model._meta.verbose_name_plural)
    return name.capitalize() if name in app.lower() else f"{app}: {name}"


def _customer_page(customer: Customer) -> str:
    try:
        return reverse("desk-customer", args=[customer.pk])
    except NoReverseMatch:
        return ""
