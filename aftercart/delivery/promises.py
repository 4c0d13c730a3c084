"""The promise for an order: from own history once there is enough of it, else by the method's rules."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from aftercart.delivery.calendars import Calendar
from aftercart.delivery.history import Expected, Knowledge, Place, Row
from aftercart.delivery.models import GivenPromise, LearntRow, LearntTable, ShippingMethod
from aftercart.delivery.rules import Promise, Reason, carrier_key, estimate, local, region_key
from aftercart.delivery.words import explained, said
from aftercart.stores.models import Channel

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where it goes: ISO country, and region or postcode as the shopper wrote them."""

    country: str
    region: str = ""
    postcode: str = ""

    def place(self, carrier: str) -> Place:
        """The destination as history counts it."""
        return Place(
            carrier=carrier_key(carrier),
            country=self.country,
            region=region_key(self.region, self.postcode),
        )


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A promise with the method it is for, and everything it rests on, ready to be kept."""

    promise: Promise
    method: ShippingMethod | None
    basis: dict[str, Any]


def methods_of(channel: Channel) -> list[ShippingMethod]:
    """The channel's active methods with their zones: two queries."""
    found = ShippingMethod.objects.filter(channel=channel, is_active=True).prefetch_related("zones")
    methods = list(found)
    for method in methods:
        method.channel = channel
    return methods


def method_named(methods: list[ShippingMethod], name: str) -> ShippingMethod | None:
    """The method a store calls so: by key, by any of its names, by its carrier."""
    wanted = carrier_key(name)
    for method in methods:
        if wanted and wanted in {carrier_key(method.key), *(carrier_key(n) for n in method.names.values())}:
            return method
    return next((method for method in methods if wanted and wanted == carrier_key(method.carrier)), None)


def promise_for(
    *, channel: Channel, destination: Destination, at: datetime, method: str = ""
) -> Estimate | None:
    """What to promise for an order at the moment ``at``; ``None`` when nothing is known.

    ``method`` is what the store calls the way of sending. Without one, the first method that goes there.
    """
    methods = methods_of(channel)
    chosen = method_named(methods, method)
    known = [chosen] if chosen else [] if method else methods
    estimates = (estimate_by(one, destination=destination, at=at) for one in known)
    found = next((one for one in estimates if one), None)
    if found or not method:
        return found
    return _learnt_alone(channel, destination, carrier=method, at=at)


def estimate_by(method: ShippingMethod, *, destination: Destination, at: datetime) -> Estimate | None:
    """The promise of one method, ``None`` where it does not go."""
    here = local(at, method.channel.timezone)
    ruled = estimate(
        method=method.rule(),
        country=destination.country,
        region=destination.region,
        postcode=destination.postcode,
        at=here,
    )
    if ruled is None:
        return None
    place = destination.place(method.carrier)
    knowledge = knowledge_about(place)
    expected = knowledge.expected(place) if knowledge else None
    if knowledge is None or expected is None or expected.place == Place():
        return Estimate(promise=ruled, method=method, basis=_basis(ruled))
    promise = _from_history(expected, ruled.reason, here.date(), destination)
    return Estimate(promise=promise, method=method, basis=_basis(promise, expected, knowledge))


def _learnt_alone(
    channel: Channel, destination: Destination, *, carrier: str, at: datetime
) -> Estimate | None:
    """A store whose methods nobody set up is still promised what its own deliveries show."""
    place = destination.place(carrier)
    knowledge = knowledge_about(place)
    expected = knowledge.expected(place) if knowledge else None
    if knowledge is None or expected is None:
        return None
    today = local(at, channel.timezone).date()
    reason = Reason(basis="history", sent_on=None, country=destination.country, carrier=carrier)
    promise = _from_history(expected, reason, today, destination)
    return Estimate(promise=promise, method=None, basis=_basis(promise, expected, knowledge))


def _from_history(expected: Expected, reason: Reason, today: date, to: Destination) -> Promise:
    """Days as dates. A day on which nothing is delivered counts as the one before: no parcel comes between."""
    calendar = Calendar(country=to.country, region=to.region, is_saturday_working=True)
    likely, by = (_backed(today, days, calendar) for days in (expected.likely, expected.by))
    learnt = replace(
        reason,
        basis="history",
        holidays=(),
        transit_min=None,
        transit_max=None,
        sample=expected.deliveries,
        level="/".join(part for part in asdict(expected.place).values() if part),
    )
    earliest = today + timedelta(days=expected.earliest)
    return Promise(earliest=min(earliest, likely), likely=likely, by=by, reason=learnt)


def _backed(today: date, days: int, calendar: Calendar) -> date:
    found = today + timedelta(days=days)
    while found > today + timedelta(days=1) and not calendar.is_working(found):
        found -= timedelta(days=1)
    return found


def knowledge_about(place: Place) -> Knowledge | None:
    """What the newest table says about a place and those above it: two queries."""
    table = LearntTable.objects.order_by("-learnt_on").first()
    if table is None:
        return None
    wanted = Q()
    for up in place.upwards():
        wanted |= Q(carrier=up.carrier, country=up.country, region=up.region)
    return knowledge_of(table, LearntRow.objects.filter(wanted, table=table))


def knowledge_of(table: LearntTable, rows: Any) -> Knowledge:
    """A stored table as the rules take it."""
    return Knowledge(
        learnt_on=table.learnt_on,
        rows={
            Place(carrier=row.carrier, country=row.country, region=row.region): Row(
                deliveries=row.deliveries, cdf=row.cdf
            )
            for row in rows
        },
        factors={float(level): factor for level, factor in table.factors.items()},
    )


def expected_after(place: Place, waited: int) -> int | None:
    """By how many days after ordering nine of ten such parcels have come that, as this one, had not come after
    ``waited``; ``None`` when nobody knows."""
    knowledge = knowledge_about(place)
    expected = knowledge.expected_after(place, waited) if knowledge else None
    return expected.by if expected else None


def given_for(reference: str) -> GivenPromise | None:
    """What was promised for a thing, as ``order:7``."""
    return GivenPromise.objects.filter(reference=reference).first()


def reason_of(given: GivenPromise) -> Reason:
    """The reason that was kept with a promise."""
    kept = given.basis["reason"]
    return Reason(
        basis=kept["basis"],
        sent_on=date.fromisoformat(kept["sent_on"]) if kept["sent_on"] else None,
        country=kept["country"],
        cut_off=time.fromisoformat(kept["cut_off"]) if kept["cut_off"] else None,
        is_after_cut_off=kept["is_after_cut_off"],
        transit_min=kept["transit_min"],
        transit_max=kept["transit_max"],
        holidays=tuple(date.fromisoformat(day) for day in kept["holidays"]),
        carrier=kept["carrier"],
        sample=kept["sample"],
        level=kept["level"],
    )


def promise_of(given: GivenPromise) -> Promise:
    """A kept promise as it was given."""
    return Promise(
        earliest=given.earliest_on, likely=given.likely_on, by=given.by_on, reason=reason_of(given)
    )


def words_of(given: GivenPromise) -> tuple[str, str]:
    """A kept promise and its reason, each a sentence in the active language."""
    promise = promise_of(given)
    return said(promise), explained(promise.reason)


def _basis(
    promise: Promise, expected: Expected | None = None, knowledge: Knowledge | None = None
) -> dict[str, Any]:
    reason = asdict(promise.reason)
    reason["sent_on"] = promise.reason.sent_on.isoformat() if promise.reason.sent_on else None
    reason["cut_off"] = promise.reason.cut_off.isoformat("minutes") if promise.reason.cut_off else None
    reason["holidays"] = [day.isoformat() for day in promise.reason.holidays]
    kept: dict[str, Any] = {"version": VERSION, "reason": reason}
    if expected and knowledge:
        kept["learnt_on"] = knowledge.learnt_on.isoformat()
        kept["days"] = {"0.5": expected.likely, "0.9": expected.by}
        kept["factors"] = {str(level): round(factor, 4) for level, factor in knowledge.factors.items()}
        kept["place"] = asdict(expected.place)
    return kept
