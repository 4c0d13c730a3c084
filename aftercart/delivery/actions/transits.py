"""Observed ways from the click to the door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import transaction

from aftercart.delivery.models import GivenPromise, Transit
from aftercart.delivery.rules import carrier_key, region_key

BATCH = 1000
TOLD_AGAIN = (
    "carrier",
    "country",
    "region",
    "sent_on",
    "arrived_on",
    "days",
    "likely_days",
    "by_days",
    "basis",
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One parcel's way, days on the channel's calendar. ``key`` names the parcel (``parcel:7``).

    ``arrived_on`` is ``None`` while it is under way. ``reference`` names what a promise was given for;
    ``promised_on`` is a day that somebody else promised, used when we did not.
    """

    key: str
    channel_id: int
    carrier: str
    country: str
    region: str = ""
    postcode: str = ""
    placed_on: date
    sent_on: date | None = None
    arrived_on: date | None = None
    reference: str = ""
    promised_on: date | None = None


def record_transit(*, way: Way) -> None:
    """Record one way; told again, the newer word counts. In the caller's transaction."""
    record_transits(ways=[way])


@transaction.atomic
def record_transits(*, ways: Iterable[Way]) -> int:
    """Record many, in batches; returns how many. Ways that end before they begin are left out.

    A projection of what others publish, so it publishes nothing itself.
    """
    rest, done = iter(ways), 0
    while batch := list(islice(rest, BATCH)):
        by_key = {way.key: way for way in batch if way.arrived_on is None or way.arrived_on >= way.placed_on}
        given = _given(by_key.values())
        Transit.objects.bulk_create(
            (_row(way, given.get(way.reference)) for way in by_key.values()),
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=TOLD_AGAIN,
        )
        done += len(by_key)
    return done


def _given(ways: Iterable[Way]) -> dict[str, GivenPromise]:
    references = {way.reference for way in ways if way.reference}
    return {one.reference: one for one in GivenPromise.objects.filter(reference__in=references)}


def _row(way: Way, given: GivenPromise | None) -> Transit:
    by_on = given.by_on if given else way.promised_on
    return Transit(
        key=way.key,
        channel_id=way.channel_id,
        carrier=carrier_key(way.carrier),
        country=way.country,
        region=region_key(way.region, way.postcode),
        placed_on=way.placed_on,
        sent_on=way.sent_on,
        arrived_on=way.arrived_on,
        days=(way.arrived_on - way.placed_on).days if way.arrived_on else None,
        likely_days=_days(way.placed_on, given.likely_on if given else None),
        by_days=_days(way.placed_on, by_on),
        basis=str(given.basis["reason"]["basis"]) if given else "shop" if way.promised_on else "",
    )


def _days(start: date, end: date | None) -> int | None:
    return max(0, (end - start).days) if end else None
