"""The desk's door to segments: for those who may edit rules."""

from __future__ import annotations

import json

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from aftercart.customers.actions import SegmentOvertakenError, add_segment, delete_segment, save_segment
from aftercart.customers.desk import reached_customers
from aftercart.customers.facts import customer as subject
from aftercart.customers.forms import SegmentForm
from aftercart.customers.models import CustomerQuerySet, Segment
from aftercart.customers.segments import FIRST, currencies, first_people, people, reason
from aftercart.kernel import clock
from aftercart.kernel.rules import RuleError, describe, read
from aftercart.kernel.rules.editor import EMPTY, Editor, count_patiently, parse, preview
from aftercart.stores.permissions import StaffRequest, require

PERMISSION = "rules.edit"
TAKEN = "Another segment has this name."
OVERTAKEN = "Somebody else changed this rule while you did. Open the page anew to see theirs; yours is below."


@require_safe
@require(PERMISSION)
def segments(request: StaffRequest) -> HttpResponse:
    """All segments with their rule in words; the counts come one by one."""
    found = [{"segment": each, "words": _words(each)} for each in Segment.objects.all()]
    return render(request, "customers/desk/segments.html", {"rows": found})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@require(PERMISSION)
def new_segment(request: StaffRequest) -> HttpResponse:
    """The form for a new segment, and making it."""
    form = SegmentForm(request.POST or None, initial={"rule": json.dumps(EMPTY)})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = add_segment(name=values["name"], rule=values["rule"], actor=request.actor)
        except IntegrityError:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, "Segment saved.")
            return redirect("desk-segment", segment_id=made.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@require(PERMISSION)
def show_segment(request: StaffRequest, segment_id: int) -> HttpResponse:
    """One segment: its rule in the editor, the first people in it, and saving."""
    segment = get_object_or_404(Segment, pk=segment_id)
    initial = {"name": segment.name, "rule": json.dumps(segment.rule), "seen_version": segment.version}
    form = SegmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            save_segment(
                segment_id=segment.pk,
                name=values["name"],
                rule=values["rule"],
                actor=request.actor,
                seen_version=values["seen_version"] or 0,
            )
        except IntegrityError:
            form.add_error("name", TAKEN)
        except SegmentOvertakenError:
            form.add_error(None, OVERTAKEN)
        else:
            messages.success(request, "Segment saved.")
            return redirect("desk-segment", segment_id=segment.pk)
    return _page(request, form, segment)


@require_POST
@require(PERMISSION)
def deletion(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Take a segment away."""
    segment = get_object_or_404(Segment, pk=segment_id)
    delete_segment(segment_id=segment.pk, actor=request.actor)
    messages.success(request, f"The segment {segment.name} is gone.")
    return redirect("desk-segments")


@require_GET
@never_cache
@require(PERMISSION)
def segment_count(request: StaffRequest, segment_id: int) -> HttpResponse:
    """How many people a segment has now, as a fragment."""
    segment = get_object_or_404(Segment, pk=segment_id)
    try:
        found = count_patiently(people(segment, clock.now(), among=_seen(request)))
    except RuleError:
        found = None
    return render(request, "customers/desk/segment-count.html", {"found": found})


@require_POST
@require(PERMISSION)
def rule_preview(request: StaffRequest) -> JsonResponse:
    """What the editor shows of an unsaved rule."""
    text = request.POST.get("rule", "")
    return JsonResponse(preview(text, subject, reached_customers(request.member), now=clock.now()))


@require_POST
@require(PERMISSION)
def matching_people(request: StaffRequest) -> HttpResponse:
    """The first people an unsaved rule describes, as a fragment; nothing while it is faulty."""
    rule, problems = parse(request.POST.get("rule", ""), subject)
    found = [] if problems else first_people(read(rule, subject), clock.now(), among=_seen(request))
    context = {"people": found, "first": FIRST, "segment_id": request.POST.get("segment_id", "")}
    return render(request, "customers/desk/segment-people.html", context)


@require_safe
@require(PERMISSION)
def membership(request: StaffRequest, segment_id: int, customer_id: int) -> HttpResponse:
    """Why one customer is in the segment, or is not."""
    segment = get_object_or_404(Segment, pk=segment_id)
    customer = get_object_or_404(reached_customers(request.member), pk=customer_id)
    try:
        found = reason(segment, customer, clock.now())
    except RuleError as error:
        messages.error(request, f"The rule is out of order: {error}")
        return redirect("desk-segment", segment_id=segment.pk)
    context = {"segment": segment, "customer": customer, "reason": found}
    return render(request, "customers/desk/segment-member.html", context)


def _seen(request: StaffRequest) -> CustomerQuerySet | None:
    """The customers the member sees, when those are not all."""
    return reached_customers(request.member) if request.member.channels.all() else None


def _words(segment: Segment) -> str:
    try:
        return describe(segment.rule, subject).sentence
    except RuleError as error:
        return f"Out of order: {error}"


def _page(request: StaffRequest, form: SegmentForm, segment: Segment | None) -> HttpResponse:
    editor = Editor(
        subject=subject,
        preview_url=reverse("desk-segment-preview"),
        text=str(form["rule"].value() or ""),
        currencies=currencies(),
        problems=form.rule_problems,
    )
    context = {"form": form, "segment": segment, "editor": editor, "first": FIRST}
    status = 422 if form.errors else 200
    return render(request, "customers/desk/segment.html", context, status=status)
