"""The desk's list of late and silent parcels: oldest first, taken in hand or put aside in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aftercart.kernel import clock
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.stores.permissions import StaffRequest, may, member_of, require, within_channels
from aftercart.stores.slots import Waiting, waits
from aftercart.tracking.actions.delaying import mark_delays
from aftercart.tracking.models import Delay

SIZE = 50
SNOOZE = timedelta(days=2)
MOST_COUNTED = 1000
VIEWS = (("open", "To look after"), ("known", "In hand"), ("snoozed", "Put aside"), ("all", "All open"))
CAUSES = Delay.Cause.choices
VIA = "parcel__order__channel_id"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the list is narrowed to; anything unknown in the address narrows nothing."""

    view: str = "open"
    cause: str = ""
    carrier: str = ""
    country: str = ""

    @classmethod
    def read(cls, asked: dict[str, str]) -> Chosen:
        """From the page's address."""
        view, cause = asked.get("view", "open"), asked.get("cause", "")
        return cls(
            view=view if view in dict(VIEWS) else "open",
            cause=cause if cause in dict(CAUSES) else "",
            carrier=asked.get("carrier", "").replace("\0", "")[:80],
            country=asked.get("country", "").replace("\0", "")[:2],
        )

    def applied(self, rows: QuerySet[Delay], *, now: datetime) -> QuerySet[Delay]:
        """The open delays that fit."""
        rows = rows.filter(resolved_at__isnull=True)
        aside = Q(snoozed_until__gt=now)
        if self.view == "open":
            rows = rows.filter(known_by="").exclude(aside)
        elif self.view == "known":
            rows = rows.exclude(known_by="")
        elif self.view == "snoozed":
            rows = rows.filter(aside)
        wanted = {
            "cause": self.cause,
            "parcel__carrier": self.carrier,
            "parcel__order__ship_country": self.country,
        }
        return rows.filter(**{name: value for name, value in wanted.items() if value})

    def hidden(self) -> list[tuple[str, str]]:
        """For the form, so that marking leads back to the same list."""
        return list(vars(self).items())

    def query(self, **changes: str) -> str:
        """The page's address, with changes."""
        values = {**vars(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})


@require_safe
@require("orders.view")
def list_delays(request: StaffRequest) -> HttpResponse:
    """Parcels that are late or silent now, oldest first."""
    now, chosen = clock.now(), Chosen.read(request.GET.dict())
    reached = within_channels(Delay.objects.all(), request.member, VIA)
    rows = chosen.applied(reached, now=now)
    cursor = request.GET.get("cursor", "")
    if cursor.isdecimal() and len(cursor) < 19:
        rows = rows.filter(pk__gt=int(cursor))
    found = list(rows.select_related("parcel__order__customer").order_by("pk")[: SIZE + 1])
    delays = found[:SIZE]
    still = reached.filter(resolved_at__isnull=True).order_by()
    context = {
        "delays": [_shown(delay, now) for delay in delays],
        "next": str(delays[-1].pk) if len(found) > SIZE else "",
        "chosen": chosen,
        "views": [
            {"label": label, "href": f"?{chosen.query(view=key)}", "is_current": key == chosen.view}
            for key, label in VIEWS
        ],
        "causes": CAUSES,
        "carriers": _options(still, "parcel__carrier"),
        "countries": _options(still, "parcel__order__ship_country"),
        "is_filtered": bool(chosen.cause or chosen.carrier or chosen.country),
        "may_mark": "parcels.edit" in request.permissions,
    }
    return render(request, "tracking/desk/delays.html", context)


@require_POST
@require("parcels.edit")
def mark(request: StaffRequest) -> HttpResponse:
    """Take the checked ones in hand, or put them aside for two days."""
    ids = [int(text) for text in request.POST.getlist("delay") if text.isdecimal() and len(text) < 19]
    reached = within_channels(Delay.objects.filter(pk__in=ids[:SIZE]), request.member, VIA)
    own = list(reached.values_list("pk", flat=True))
    if request.POST.get("act") == "snooze":
        done = mark_delays(ids=own, actor=request.actor, snoozed_until=clock.now() + SNOOZE)
        words = "put aside for two days"
    else:
        done = mark_delays(ids=own, actor=request.actor, is_known=True)
        words = "in hand"
    if done:
        messages.success(request, f"{done} {words}.")
    else:
        messages.error(request, "Check at least one parcel that is still delayed.")
    return redirect(f"{reverse('desk-delays')}?{Chosen.read(request.POST.dict()).query()}")


def _shown(delay: Delay, now: datetime) -> dict[str, object]:
    parcel = delay.parcel
    silent = (now - parcel.heard_at).days if parcel.heard_at else 0
    return {"delay": delay, "parcel": parcel, "order": parcel.order, "days_silent": max(0, silent)}


def _options(rows: QuerySet[Delay], field: str) -> list[tuple[str, str]]:
    return [
        (value, value) for value in rows.values_list(field, flat=True).distinct().order_by(field) if value
    ]


add_place(
    Place(
        label="Late parcels",
        url_name="desk-delays",
        icon="clock",
        group="Work",
        order=15,
        permission="orders.view",
        shortcut="",
    )
)


@waits(25)
def delays_to_look_after(request: HttpRequest) -> Waiting | None:
    """Late and silent parcels that nobody has in hand."""
    member = member_of(request)
    if member is None or not may(request, "orders.view"):
        return None
    reached = within_channels(Delay.objects.all(), member, VIA)
    count = Chosen().applied(reached, now=clock.now()).order_by()[:MOST_COUNTED].count()
    return Waiting(label="Late parcels", count=count, href=reverse("desk-delays"), icon="clock")
