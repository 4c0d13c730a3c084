"""How often a carrier is asked about a parcel, and how long it is left alone after trouble. Pure."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(minutes=10)
LONGEST = timedelta(hours=24)
LONGEST_PAUSE = timedelta(hours=1)
EVERY = {
    "pending": timedelta(hours=6),
    "info_received": timedelta(hours=4),
    "in_transit": timedelta(hours=2),
    "out_for_delivery": timedelta(minutes=20),
    "attempt_failed": timedelta(hours=2),
    "available_for_pickup": timedelta(hours=6),
    "exception": timedelta(hours=3),
    "returning": timedelta(hours=12),
    "expired": timedelta(hours=24),
}


def next_look(status: str, *, failures: int) -> timedelta:
    """How long until the carrier is asked again; doubling while it does not know the number."""
    pause = EVERY.get(status, LONGEST)
    return min(pause * (1 << min(failures, 10)), max(LONGEST, pause))


def pause_after(failures: int) -> timedelta:
    """How long a service that failed so many times in a row is left alone: a minute, doubling to an hour."""
    return min(timedelta(minutes=1) * (1 << min(max(failures, 1) - 1, 10)), LONGEST_PAUSE)
