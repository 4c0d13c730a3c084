"""The editor of one message: words per language, structure, live preview, a test to oneself, versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from aftercart.kernel import clock
from aftercart.kernel.links.limits import allow
from aftercart.kernel.ui.middleware import POLICY
from aftercart.messaging.actions.editions import OvertakenError, restore_edition, save_edition
from aftercart.messaging.actions.test import send_test
from aftercart.messaging.desk.forms import MessageForm
from aftercart.messaging.desk.listing import PERMISSION, chosen_channel
from aftercart.messaging.draft import (
    Problem,
    Shown,
    base_structure,
    base_words,
    changed_structure,
    changed_words,
    current_structure,
    current_words,
    problems,
    show,
)
from aftercart.messaging.editions import Edits
from aftercart.messaging.letterhead import Letterhead, letterheads
from aftercart.messaging.messages import LANGUAGES, MessageKind, registry, speakable
from aftercart.messaging.models import Edition
from aftercart.messaging.numbers import segments
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, may, require

FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:; sandbox; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
OVERTAKEN = "Somebody else saved this message while you edited. Copy your words, and open the page anew."
NAMES = {"en": "English", "pl": "Polish", "ja": "Japanese", "ru": "Russian", "th": "Thai"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is edited: a kind, in a language, for a channel or all."""

    kind: MessageKind
    language: str
    channel: Channel | None

    @property
    def channel_id(self) -> int:
        """0 for all channels."""
        return self.channel.pk if self.channel else 0

    @property
    def query(self) -> str:
        """The place as an address has it."""
        asked = {"language": self.language}
        return urlencode(asked | ({"channel": self.channel.slug} if self.channel else {}))

    @property
    def url(self) -> str:
        """The editor's address."""
        return f"{reverse('desk-message', args=[self.kind.name])}?{self.query}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@require(PERMISSION)
def edit(request: StaffRequest, kind: str) -> HttpResponse:
    """The editor, and saving."""
    place = _place(request, kind)
    form = _form(request.POST if request.method == "POST" else None, place)
    if request.method == "POST" and form.is_valid():
        draft = _draft(form, place)
        form.take(_problems(place, draft))
        if form.is_valid():
            try:
                saved = _save(request, place, draft)
            except OvertakenError:
                form.add_error(None, OVERTAKEN)
            else:
                messages.success(request, "Saved." if saved else "Nothing was changed.")
                return redirect(place.url)
    response = render(
        request,
        "messaging/desk/editor.html",
        _context(request, place, form),
        status=422 if form.errors else 200,
    )
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@require_POST
@require(PERMISSION)
def preview(request: StaffRequest, kind: str) -> HttpResponse:
    """What the draft reads like, or what is wrong with it, as a fragment."""
    place = _place(request, kind)
    shown, found, _ = _shown(request, place)
    context = {"shown": shown, "problems": found, "segments": segments(shown.sms) if shown else None}
    return render(request, "messaging/desk/preview.html", context)


@require_POST
@xframe_options_sameorigin
@require(PERMISSION)
def frame(request: StaffRequest, kind: str) -> HttpResponse:
    """The draft's HTML for the sandboxed frame, under a policy of its own: no script can run in it."""
    shown, _, _ = _shown(request, _place(request, kind))
    html = shown.html if shown else "<!doctype html><title>Preview</title><p>See what is wrong beside.</p>"
    media = "all" if request.POST.get("scheme") == "dark" else "not all"
    response = HttpResponse(html.replace("(prefers-color-scheme: dark)", media))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
@require(PERMISSION)
def test(request: StaffRequest, kind: str) -> HttpResponse:
    """Send the draft to oneself, marked as a test."""
    place = _place(request, kind)
    shown, found, head = _shown(request, place)
    if shown is None:
        messages.error(request, f"Not sent. {found[0] if found else ''}")
    elif not allow(f"message-test:{request.member.pk}", 20, timedelta(hours=1), clock.now()):
        messages.error(request, "That were many tests; wait a little.")
    else:
        user = request.member.user
        send_test(email=user.email, name=user.name, head=head, shown=shown, actor=request.actor)
        messages.success(request, f"On its way to {user.email}.")
    return redirect(place.url)


@require_POST
@require(PERMISSION)
def restoration(request: StaffRequest, kind: str, edition_id: int) -> HttpResponse:
    """Put an older version in force again."""
    place = _place(request, kind)
    edition = get_object_or_404(Edition, pk=edition_id, kind=place.kind.name, channel_id=place.channel_id)
    try:
        restore_edition(edition_id=edition.pk, seen_number=_number(request), actor=request.actor)
    except OvertakenError:
        messages.error(request, "Somebody else saved meanwhile; look again.")
    else:
        messages.success(request, f"Version {edition.number} is in force again.")
    return redirect(place.url)


@require_POST
@require(PERMISSION)
def reset(request: StaffRequest, kind: str) -> HttpResponse:
    """Back to the shipped words, or the shipped structure (``part=structure``)."""
    place = _place(request, kind)
    language = "" if request.POST.get("part") == "structure" else place.language
    seen = _newest(place, language)
    save_edition(
        kind=place.kind.name,
        channel_id=place.channel_id,
        language=language,
        content={},
        shipped={},
        seen_number=seen,
        actor=request.actor,
        note="the shipped text again",
    )
    messages.success(request, "The shipped text is in force again. Your versions are kept.")
    return redirect(place.url)


def _place(request: StaffRequest, kind: str) -> Place:
    if kind not in registry:
        raise Http404
    asked = request.GET.get("language", "en")
    if asked not in LANGUAGES:
        raise Http404
    channel = chosen_channel(request, request.GET.get("channel", ""))
    return Place(kind=registry[kind], language=asked, channel=channel)


def _form(data: Any, place: Place) -> MessageForm:
    return MessageForm(
        data,
        words=current_words(place.kind, place.language, place.channel_id),
        structure=current_structure(place.kind, place.channel_id),
        language=place.language,
    )


def _draft(form: MessageForm, place: Place) -> Edits:
    words = changed_words(place.kind, place.language, place.channel_id, form.words())
    structure = changed_structure(place.kind, place.channel_id, form.structure())
    return Edits(words=words, mjml=structure.get("mjml", ""), txt=structure.get("txt", ""))


def _whole(place: Place, draft: Edits) -> Edits:
    """The draft over what it starts from: for a channel, what all channels have."""
    if not place.channel_id:
        return draft
    general = current_structure(place.kind, 0)
    base = {key: text for key, text in current_words(place.kind, place.language, 0).items() if "." not in key}
    return Edits(
        words={**base, **draft.words}, mjml=draft.mjml or general["mjml"], txt=draft.txt or general["txt"]
    )


def _shown(request: StaffRequest, place: Place) -> tuple[Shown | None, list[Problem], Letterhead]:
    head = _head(place)
    form = _form(request.POST, place)
    if not form.is_valid():
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        return None, [Problem(field="", line=0, sentence=sentence) for sentence in wrong], head
    draft = _whole(place, _draft(form, place))
    context = _sample(request, place)
    found = problems(place.kind, place.language, draft, context, head)
    if found:
        return None, found, head
    return show(place.kind, place.language, draft, context, head), [], head


def _problems(place: Place, draft: Edits) -> list[Problem]:
    sample = place.kind.sample(place.language)
    return problems(place.kind, place.language, _whole(place, draft), sample, _head(place))


def _sample(request: StaffRequest, place: Place) -> dict[str, Any]:
    """The context of the order that was asked for, when the member may see it; else the sample."""
    number = request.POST.get("order", "").replace("\0", "").strip()[:60]
    if number and place.kind.example and may(request, "orders.view"):
        found = place.kind.example(number, request.member)
        if found is not None:
            return found
    return place.kind.sample(place.language)


def _head(place: Place) -> Letterhead:
    channel_id = place.channel.pk if place.channel else None
    return letterheads([channel_id])[channel_id]


def _newest(place: Place, language: str) -> int:
    found = Edition.objects.filter(
        kind=place.kind.name, channel_id=place.channel_id, language=language
    ).order_by("-number")
    return found.values_list("number", flat=True).first() or 0


def _number(request: StaffRequest, name: str = "seen") -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _save(request: StaffRequest, place: Place, draft: Edits) -> bool:
    words = save_edition(
        kind=place.kind.name,
        channel_id=place.channel_id,
        language=place.language,
        content={"words": draft.words} if draft.words else {},
        shipped={key: _base(place, key) for key in draft.words},
        seen_number=_number(request, "seen_words"),
        actor=request.actor,
    )
    structure = {name: text for name, text in (("mjml", draft.mjml), ("txt", draft.txt)) if text}
    shape = save_edition(
        kind=place.kind.name,
        channel_id=place.channel_id,
        language="",
        content=structure,
        shipped=base_structure(place.kind, place.channel_id) if structure else {},
        seen_number=_number(request, "seen_structure"),
        actor=request.actor,
    )
    return bool(words or shape)


def _base(place: Place, name: str) -> dict[str, str] | str:
    base = base_words(place.kind, place.language, place.channel_id)
    forms = {key.partition(".")[2]: text for key, text in base.items() if key.startswith(f"{name}.")}
    return base.get(name) or forms


def _context(request: StaffRequest, place: Place, form: MessageForm) -> dict[str, Any]:
    kept = Edition.objects.filter(kind=place.kind.name, channel_id=place.channel_id).filter(
        language__in=["", place.language]
    )
    versions = list(kept.order_by("-pk")[:20])
    tabs = [
        {
            "label": NAMES[language],
            "href": "?" + Place(kind=place.kind, language=language, channel=place.channel).query,
            "is_current": language == place.language,
        }
        for language in LANGUAGES
    ]
    return {
        "place": place,
        "kind": place.kind,
        "has_example": place.kind.example is not None,
        "form": form,
        "words": [form[name] for name in form.fields if name.startswith("w-")],
        "structure": [form["mjml"], form["txt"]],
        "tabs": tabs,
        "versions": versions,
        "is_edited": {
            "words": any(v.is_current and v.language and v.content for v in versions),
            "structure": any(v.is_current and not v.language and v.content for v in versions),
        },
        "failures": [v for v in versions if v.is_current and v.failed_at],
        "seen_words": _newest(place, place.language),
        "seen_structure": _newest(place, ""),
        "order": request.POST.get("order", ""),
        "variables": [*place.kind.variables.items(), *COMMON],
        "language": speakable(place.language),
    }


COMMON = [
    ("shop", "name, legal_name, address, email, phone, hours, website, logo, return_policy"),
    ("theme", "accent, on_accent, link, link_dark: the channel's colours"),
    ("words", "the words of this message by name: words[parcel.status]"),
    ("filters", "money, date, datetime, number, link, paragraphs, and Liquid's own"),
]
