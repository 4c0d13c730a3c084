"""An order's parcels, arranged for the order page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from babel.dates import format_skeleton
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aftercart.kernel.ui.formats import locale, without_year_mark
from aftercart.orders.models import Line, Order
from aftercart.tracking.models import Delay, Parcel, ParcelLine, Scan
from aftercart.tracking.numbers import tracking_page
from aftercart.tracking.portal_words import (
    MEANINGS,
    UNEXPLAINED,
    Meaning,
    contradiction,
    headline,
    late_advice,
    new_expectation,
    problem_advice,
)
from aftercart.tracking.rules import (
    AHEAD,
    ARRIVED,
    GONE_WRONG,
    WAITS_FOR_SHOPPER,
    Box,
    Outlook,
    days_late,
    days_silent,
    outlook,
)

SHOWN_SCANS = 3


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One scan: the word for it, when, where, and the carrier's own words where they say more."""

    word: str
    icon: str
    tone: str
    at: datetime
    place: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Packed:
    """Pieces of one line that are in a parcel, or still with us."""

    title: str
    image: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ShownParcel:
    """A parcel as the shopper sees it."""

    parcel_id: int
    title: str
    note: str
    meaning: Meaning
    expected: str
    why_expected: str
    advice: str
    advice_tone: str
    advice_icon: str
    may_ask: bool
    is_late: bool
    stops: list[Stop]
    older_stops: list[Stop]
    contents: list[Packed]
    carrier: str
    tracking_number: str
    href: str


def load_parcels(order: Order) -> list[Parcel]:
    """The order's parcels with scans, contents and open delays: four queries, once per order object."""
    prefetch_related_objects(
        [order],
        Prefetch(
            "parcels",
            Parcel.objects.order_by("created_at", "id").prefetch_related(
                Prefetch("scans", Scan.objects.understood().order_by("-occurred_at", "-id")),
                Prefetch("lines", ParcelLine.objects.select_related("line__variant__product")),
                Prefetch("delays", Delay.objects.filter(resolved_at__isnull=True)),
            ),
        ),
    )
    return list(order.parcels.all())


def still_here(order: Order) -> list[Packed]:
    """What of the order has not left yet, for orders whose lines are loaded."""
    if order.state != "open":
        return []
    return [
        _packed(line, line.open_quantity)
        for line in order.lines.all()
        if line.open_quantity and line.kind != Line.Kind.FEE
    ]


def see_ahead(order: Order, parcels: Sequence[Parcel], today: date) -> Outlook | None:
    """What matters most about the order's parcels today."""
    boxes = [Box(status=parcel.status, late_by=_late_by(parcel, today)) for parcel in parcels]
    return outlook(boxes, is_all_sent=order.state != "open" or not still_here(order))


def headline_context(seen: Outlook) -> tuple[str, dict[str, Any]]:
    """The headline's words, and the stage it adds to the page's steps."""
    title, lead, tone = headline(seen)
    has_arrived = seen.kind == "arrived"
    is_trouble = seen.kind in {"pickup", "attempt_failed", "problem", "late"}
    status = {"pickup": "available_for_pickup", "attempt_failed": "attempt_failed"}.get(
        seen.kind, "in_transit"
    )
    label = str(MEANINGS["delivered" if has_arrived else status].word)
    state = "done" if has_arrived else "problem" if is_trouble else "current"
    return title, {"lead": lead, "tone": tone, "step": {"label": label, "state": state}}


def shown_parcels(
    parcels: Sequence[Parcel], now: datetime, *, promise: tuple[date, str] | None = None
) -> list[ShownParcel]:
    """Every parcel as the shopper sees it, in the order they were sent.

    ``promise`` is the day we reckoned when it was ordered, and why, for the parcels that are promised for it.
    """
    return [
        _explained(_shown(parcel, number, len(parcels), now, timezone.localdate(now)), parcel, promise)
        for number, parcel in enumerate(parcels, start=1)
    ]


def _explained(shown: ShownParcel, parcel: Parcel, promise: tuple[date, str] | None) -> ShownParcel:
    is_ahead = bool(shown.expected) and parcel.delivered_at is None and not shown.is_late
    if promise is None or parcel.promised_on != promise[0] or not is_ahead:
        return shown
    return replace(shown, why_expected=promise[1])


def _shown(parcel: Parcel, number: int, of: int, now: datetime, today: date) -> ShownParcel:
    scans = [scan for scan in parcel.scans.all() if scan.occurred_at <= now + AHEAD]
    stops = _stops(scans)
    shown = 0 if parcel.status in ARRIVED else SHOWN_SCANS
    late_by = _late_by(parcel, today) or 0
    is_late = bool(late_by) and parcel.status not in ARRIVED and parcel.status not in GONE_WRONG
    meaning = MEANINGS[parcel.status]
    expected, why = _expected(parcel)
    silent = days_silent(newest_at=stops[0].at if stops else parcel.shipped_at, status=parcel.status, now=now)
    delay = next(iter(parcel.delays.all()), None) if parcel.status not in (*ARRIVED, *GONE_WRONG) else None
    return ShownParcel(
        parcel_id=parcel.pk,
        title=_("Parcel") if of == 1 else _("Parcel %(number)s of %(of)s") % {"number": number, "of": of},
        note=_note(parcel, scans),
        meaning=meaning,
        expected=expected,
        why_expected=why,
        advice=_late_words(delay, late_by, silent) if is_late or delay else _advice(parcel, meaning),
        advice_tone="warn" if is_late or delay else "info" if meaning.tone == "accent" else meaning.tone,
        advice_icon="clock" if is_late or delay else "",
        may_ask=is_late or delay is not None or meaning.tone == "danger",
        is_late=is_late,
        stops=stops[:shown],
        older_stops=stops[shown:],
        contents=[_packed(packed.line, packed.quantity) for packed in parcel.lines.all()],
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        href=tracking_page(
            carrier=parcel.carrier,
            carrier_code=parcel.carrier_code,
            tracking_number=parcel.tracking_number,
            tracking_url=parcel.tracking_url,
            language=get_language() or "",
        ),
    )


def _late_words(delay: Delay | None, late_by: int, silent: int) -> str:
    """What is wrong, what to do, and when to expect it now, as far as anybody knows."""
    told = late_advice(days=late_by, silent_days=silent)
    if delay is None:
        return told
    is_ahead = delay.expected_by is not None and delay.expected_by >= timezone.localdate()
    return f"{told} {new_expectation(_day(delay.expected_by) if delay.expected_by and is_ahead else '')}"


def _advice(parcel: Parcel, meaning: Meaning) -> str:
    if parcel.status == "exception":
        return problem_advice(parcel.reason)
    if parcel.status == "cancelled" and parcel.replaced_by_id:
        return _("We sent another parcel in its place.")
    return str(meaning.advice)


def _note(parcel: Parcel, scans: Sequence[Scan]) -> str:
    """What the status alone would hide: the carrier had called it delivered, then said otherwise."""
    if parcel.status in ARRIVED:
        return ""
    arrived = next((scan.occurred_at for scan in scans if _meant(scan) == "delivered"), None)
    return contradiction(_day(timezone.localdate(arrived))) if arrived else ""


def _late_by(parcel: Parcel, today: date) -> int | None:
    arrived = timezone.localdate(parcel.delivered_at) if parcel.delivered_at else None
    return days_late(promised_on=parcel.promised_on, delivered_on=arrived, today=today)


def _stops(scans: Sequence[Scan]) -> list[Stop]:
    """The scans that say something to a shopper: a code nobody explained does with its words or place only."""
    told = [scan for scan in scans if _meant(scan) or scan.message or scan.place]
    return [_stop(scan, before) for scan, before in zip(told, [*told[1:], None], strict=False)]


def _meant(scan: Scan) -> str:
    return str(getattr(scan, "meant", scan.status))


def _stop(scan: Scan, before: Scan | None) -> Stop:
    """One scan; where the status stayed the same, the place or the carrier's words are the news."""
    meaning = MEANINGS.get(_meant(scan), UNEXPLAINED)
    word, place, said = str(meaning.word), scan.place, scan.message
    if ((before and _meant(before) == _meant(scan)) or meaning is UNEXPLAINED) and (place or said):
        word, place, said = (place, "", said) if place else (said, "", "")
    if said.casefold() == word.casefold():
        said = ""
    return Stop(word=word, icon=meaning.icon, tone=meaning.tone, at=scan.occurred_at, place=place, said=said)


def _packed(line: Line, quantity: int) -> Packed:
    return Packed(title=line.title_in(get_language() or "en"), image=line.picture, quantity=quantity)


def _expected(parcel: Parcel) -> tuple[str, str]:
    """When it comes (or came), and why we say so."""
    if parcel.delivered_at:
        arrived = timezone.localdate(parcel.delivered_at)
        return _("Delivered on %(day)s") % {"day": _day(arrived)}, _on_time(parcel, arrived)
    if parcel.promised_on is None or parcel.status in (*GONE_WRONG, *WAITS_FOR_SHOPPER, "cancelled"):
        return "", ""
    if parcel.promised_on < timezone.localdate():
        return _("Was due on %(day)s") % {"day": _day(parcel.promised_on)}, _("The day we promised you.")
    return (
        _("Expected by %(day)s") % {"day": _day(parcel.promised_on)},
        _("The day we promised when you ordered."),
    )


def _on_time(parcel: Parcel, arrived: date) -> str:
    if parcel.promised_on is None:
        return ""
    days = (arrived - parcel.promised_on).days
    if days > 0:
        words = ngettext("%(days)s day later than promised", "%(days)s days later than promised", days)
        return words % {"days": days}
    if days == 0:
        return _("On the day we promised.")
    words = ngettext("%(days)s day earlier than promised", "%(days)s days earlier than promised", -days)
    return words % {"days": -days}


def _day(value: date) -> str:
    """A day with its weekday, as the shopper's language writes it; the year where it is not this one."""
    skeleton = "MMMMEEEEd" if value.year == timezone.localdate().year else "yMMMMEEEEd"
    return without_year_mark(str(format_skeleton(skeleton, value, locale=locale())))
