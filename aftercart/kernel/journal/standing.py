"""How the listeners stand: what each heard, what waits and for how long. For the desk and commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercart.kernel import clock
from aftercart.kernel.journal import letters, listening, reading
from aftercart.kernel.journal.models import Progress
from aftercart.kernel.journal.positions import Position, horizon_age

COUNT_UPTO = 10_000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One listener. ``waiting`` is counted up to ``COUNT_UPTO``; ``lag`` is the age of the oldest of them.

    ``is_declared`` is false for a row whose listener is no longer in the code.
    """

    listener: str
    is_declared: bool
    heard: int
    waiting: int
    lag: timedelta
    dead_letters: int
    advanced_at: datetime

    @property
    def is_capped(self) -> bool:
        """Whether more wait than were counted."""
        return self.waiting >= COUNT_UPTO


@dataclass(frozen=True, kw_only=True)
class JournalStatus:
    """All listeners, and how long a running transaction has held every one of them back."""

    standings: tuple[Standing, ...]
    horizon_age: timedelta


def journal_status(*, now: datetime | None = None) -> JournalStatus:
    """The state of every delivery: two short index reads per listener."""
    now = now or clock.now()
    dead = letters.open_by_listener()
    rows = Progress.objects.order_by("listener")
    standings = tuple(_standing(row, now=now, dead=dead.get(row.listener, 0)) for row in rows)
    return JournalStatus(standings=standings, horizon_age=horizon_age())


def _standing(row: Progress, *, now: datetime, dead: int) -> Standing:
    listener = listening.registry.get(row.listener)
    after = Position(row.xid, row.entry_id)
    oldest = reading.oldest_unheard(listener, after=after) if listener else None
    waiting = reading.count_unheard(listener, after=after, limit=COUNT_UPTO) if listener and oldest else 0
    return Standing(
        listener=row.listener,
        is_declared=listener is not None,
        heard=row.heard,
        waiting=waiting,
        lag=max(now - oldest, timedelta()) if oldest else timedelta(),
        dead_letters=dead,
        advanced_at=row.advanced_at,
    )
