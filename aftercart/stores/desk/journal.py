"""The journal on the desk: what happened, how far each listener is, and what could not be taken."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from aftercart.kernel.journal import actions, listening
from aftercart.kernel.journal.events import registry
from aftercart.kernel.journal.models import DeadLetter, Entry, EntryQuerySet
from aftercart.kernel.journal.standing import journal_status
from aftercart.kernel.journal.story import tell
from aftercart.kernel.journal.timeline import timeline_page
from aftercart.stores.permissions import StaffRequest, manages, require, visible_channels, within_channels

SIZE = 60
LETTERS = 100


@require_safe
@require("journal.view")
def entries(request: StaffRequest) -> HttpResponse:
    """What happened, newest first; by name of the event, by subject, without shoppers' visits."""
    name = request.GET.get("name", "")[:80]
    subject = request.GET.get("q", "").replace("\0", "").strip()[:80]
    rows = _reached(request, name, subject)
    page = timeline_page(rows, before=request.GET.get("cursor", ""), size=SIZE)
    context = {
        "told": [(tell(entry), entry) for entry in page.entries],
        "next": page.older,
        "name": name,
        "subject": subject,
        "names": sorted((kind.name, kind.label) for kind in registry.values()),
        "section": "entries",
    }
    return render(request, "stores/desk/journal.html", context)


def _reached(request: StaffRequest, name: str, subject: str) -> EntryQuerySet:
    rows = Entry.objects.all()
    if request.member.channels.all():
        rows = rows.filter(channel_id__in=visible_channels(request.member).values("pk"))
    if name in registry:
        rows = rows.filter(name=name)
    return rows.filter(subject=subject) if subject else rows


@require_safe
@require("journal.view")
def listeners(request: StaffRequest) -> HttpResponse:
    """How far each listener has read, and how many entries wait for it."""
    context = {
        "status": journal_status(),
        "section": "listeners",
        "may_replay": "journal.retry" in request.permissions and manages(request.member, []),
    }
    return render(request, "stores/desk/listeners.html", context)


@require_POST
@require("journal.retry")
def replay(request: StaffRequest) -> HttpResponse:
    """Let one listener hear everything since a day again."""
    name = request.POST.get("listener", "")
    day = parse_date(request.POST.get("since", "")) if request.POST.get("since") else None
    if not manages(request.member, []):
        raise Http404  # a listener hears for every channel
    if name not in listening.registry or day is None:
        messages.error(request, "Choose a listener and the day from which it shall hear again.")
        return redirect("desk-journal-listeners")
    since = timezone.make_aware(datetime.combine(day, time.min))
    waiting = actions.replay(listener=name, since=since, actor=request.actor)
    messages.success(request, f"{name} hears {waiting:,} entries again.")
    return redirect("desk-journal-listeners")


@require_safe
@require("journal.view")
def letters(request: StaffRequest) -> HttpResponse:
    """Entries that a listener could not take, newest first."""
    rows: QuerySet[DeadLetter] = DeadLetter.objects.filter(resolved_at__isnull=True)
    rows = within_channels(rows, request.member, "entry__channel_id")
    context = {
        "letters": list(rows.select_related("entry").order_by("-pk")[:LETTERS]),
        "total": rows.count(),
        "section": "letters",
        "may_retry": "journal.retry" in request.permissions,
    }
    return render(request, "stores/desk/letters.html", context)


@require_POST
@require("journal.retry")
def retry(request: StaffRequest) -> HttpResponse:
    """Try one letter (``letter``), or all, again with the next turn of a worker; or set one aside."""
    ids = [int(pk) for pk in request.POST.getlist("letter") if pk.isdecimal() and len(pk) < 19]
    if request.member.channels.all():
        near = within_channels(DeadLetter.objects.open(), request.member, "entry__channel_id")
        ids = list((near.filter(pk__in=ids) if ids else near).values_list("pk", flat=True)) or [0]
    if request.POST.get("then") == "aside":
        done = actions.set_letters_aside(actor=request.actor, ids=ids)
        messages.success(request, f"{done} set aside.")
    else:
        done = actions.retry_letters(actor=request.actor, ids=ids or None)
        messages.success(request, f"{done} will be tried again in a moment.")
    return redirect("desk-journal-letters")
