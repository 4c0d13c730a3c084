"""The desk's doors: the inbox, and one question beside the customer's story."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from aftercart.helpdesk.actions import (
    answer_question,
    assign_ticket,
    close_ticket,
    note_ticket,
    reopen_ticket,
)
from aftercart.helpdesk.desk_page import assignable, beside, said
from aftercart.helpdesk.forms import AnswerForm, new_key
from aftercart.helpdesk.inbox import VIEWS, inbox_page, next_waiting, views
from aftercart.helpdesk.models import Ticket
from aftercart.helpdesk.rules import Overtaken
from aftercart.orders.rules import Refused
from aftercart.stores.permissions import StaffRequest, require, within_channels


@require_safe
@require("questions.view")
def inbox(request: StaffRequest) -> HttpResponse:
    """Who waits for an answer, the longest first; other views, search, pages."""
    view = request.GET.get("view", "waiting")
    view = view if view in VIEWS else "waiting"
    search = request.GET.get("q", "")[:100]
    page = inbox_page(request.member, view=view, search=search, after=request.GET.get("cursor", ""))
    tabs = [
        {
            "label": tab.label,
            "href": f"?view={tab.key}",
            "count": tab.count,
            "is_current": tab.key == view,
        }
        for tab in views(request.member)
    ]
    context = {"page": page, "tabs": tabs, "view": view, "label": VIEWS[view], "search": search}
    return render(request, "helpdesk/desk/inbox.html", context)


@require_safe
@require("questions.view")
def show_question(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """One conversation with everything beside it."""
    return _question_page(request, _ticket(request, ticket_id))


@require_POST
@require("questions.answer")
def answer(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Send an answer, and close the question with ``then=close``. Overtaken, the page says so first."""
    ticket = _ticket(request, ticket_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _question_page(request, ticket, form, status=422)
    seen = form.cleaned_data["last_seen"]
    closes = request.POST.get("then") == "close"
    try:
        answer_question(
            ticket_id=ticket.pk,
            text=form.cleaned_data["text"],
            key=form.cleaned_data["key"],
            member=request.member,
            last_seen_id=seen,
            closes=closes,
        )
    except Overtaken:
        return _question_page(request, ticket, form, status=409, seen=seen)
    messages.success(request, "Sent and closed." if closes else "Sent.")
    return redirect("desk-question", ticket_id=ticket.pk)


@require_POST
@require("questions.answer")
def note(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Keep the text as an internal note."""
    ticket = _ticket(request, ticket_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _question_page(request, ticket, form, status=422)
    values = form.cleaned_data
    note_ticket(ticket_id=ticket.pk, text=values["text"], key=values["key"], member=request.member)
    messages.success(request, "Note kept.")
    return redirect("desk-question", ticket_id=ticket.pk)


@require_POST
@require("questions.answer")
def assign(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Give the question to a colleague (``assignee``), or to everybody again (empty)."""
    ticket = _ticket(request, ticket_id)
    wanted = request.POST.get("assignee", "")
    allowed = {str(member.pk): member.pk for member in assignable(ticket)}
    if wanted and wanted not in allowed:
        raise Http404
    try:
        assign_ticket(ticket_id=ticket.pk, assignee_id=allowed.get(wanted), actor=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("desk-question", ticket_id=ticket.pk)


@require_POST
@require("questions.answer")
def set_state(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Close the question (``state=closed``) or take it up again."""
    ticket = _ticket(request, ticket_id)
    change = close_ticket if request.POST.get("state") == "closed" else reopen_ticket
    change(ticket_id=ticket.pk, actor=request.actor)
    return redirect("desk-question", ticket_id=ticket.pk)


def _ticket(request: StaffRequest, ticket_id: int) -> Ticket:
    seen = within_channels(Ticket.objects.all(), request.member)
    found = seen.select_related("customer", "order", "channel", "assignee__user", "follows")
    ticket = found.filter(pk=ticket_id).first()
    if ticket is None:
        raise Http404
    return ticket


def _question_page(
    request: StaffRequest,
    ticket: Ticket,
    form: AnswerForm | None = None,
    *,
    status: int = 200,
    seen: int | None = None,
) -> HttpResponse:
    told = list(ticket.messages.all())
    newest = max((message.pk for message in told), default=0)
    text = form.data.get("text", "") if form else ""
    key = form.data.get("key", "") if form else new_key()
    fresh = AnswerForm(initial={"key": key, "last_seen": newest, "text": text})
    context: dict[str, Any] = {
        "ticket": ticket,
        "messages_said": said(told, seen=seen),
        "is_overtaken": seen is not None,
        "form": fresh,
        "errors": form.errors.get("text") if form else None,
        "members": assignable(ticket),
        "next_id": next_waiting(request.member, ticket),
        "may_answer": "questions.answer" in request.permissions,
        **beside(ticket, request.member),
    }
    return render(request, "helpdesk/desk/question.html", context, status=status)
