"""A promise in the words a shopper reads: when, and why we say so."""

from __future__ import annotations

from datetime import date, datetime, time

from babel.dates import format_skeleton, format_time
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from aftercart.delivery.rules import Promise, Reason
from aftercart.kernel.ui.formats import locale


def said(promise: Promise) -> str:
    """``Likely by Tue 3 March, at the latest Fri 6 March.``"""
    if promise.likely == promise.by:
        return _("At the latest %(by)s.") % {"by": day(promise.by)}
    values = {"likely": day(promise.likely), "by": day(promise.by)}
    return _("Likely by %(likely)s, at the latest %(by)s.") % values


def explained(reason: Reason) -> str:
    """Why: ``Ordered after 14:00, sent on Monday; 2-3 working days to Poland.``"""
    parts = [_sent(reason), _way(reason), _lost(reason)]
    return " ".join(part for part in parts if part)


def day(value: date) -> str:
    """A day with its weekday, as the reader's language writes it."""
    skeleton = "MMMMEEEEd" if value.year == timezone.localdate().year else "yMMMMEEEEd"
    return str(format_skeleton(skeleton, value, locale=locale()))


def clock(value: time) -> str:
    """A time of day: ``14:00``."""
    return format_time(datetime.combine(date(2000, 1, 1), value), "short", locale=locale())


def _country(code: str) -> str:
    return str(locale().territories.get(code, code))


def _sent(reason: Reason) -> str:
    if reason.sent_on is None:
        return ""
    values = {"day": day(reason.sent_on), "time": clock(reason.cut_off) if reason.cut_off else ""}
    if reason.cut_off and reason.is_after_cut_off:
        return _("Ordered after %(time)s, so it is sent on %(day)s.") % values
    if reason.cut_off:
        return _("Ordered before %(time)s, so it is sent on %(day)s.") % values
    return _("It is sent on %(day)s.") % values


def _way(reason: Reason) -> str:
    to = {"country": _country(reason.country), "carrier": reason.carrier, "count": reason.sample}
    if reason.basis == "history":
        return (
            ngettext(
                "Reckoned from %(count)s delivery of ours: half arrive by the first day, nine of ten by the second.",
                "Reckoned from %(count)s deliveries of ours: half arrive by the first day, nine of ten by the second.",
                reason.sample,
            )
            % to
        )
    low, high = reason.transit_min, reason.transit_max
    if low is None or high is None:
        return ""
    values = {**to, "from": low, "to": high, "days": high}
    if low == high:
        words = ngettext(
            "Then %(days)s working day to %(country)s.", "Then %(days)s working days to %(country)s.", high
        )
        return words % values
    return _("Then %(from)s–%(to)s working days to %(country)s.") % values


def _lost(reason: Reason) -> str:
    if not reason.holidays:
        return ""
    days = pgettext("between days of a list", ", ").join(day(one) for one in reason.holidays[:3])
    return ngettext(
        "A public holiday lies between: %(days)s.",
        "Public holidays lie between: %(days)s.",
        len(reason.holidays),
    ) % {"days": days}
