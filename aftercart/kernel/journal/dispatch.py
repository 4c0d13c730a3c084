"""Delivering a batch to a listener: its effects and its progress commit together, or not at all."""

from __future__ import annotations

import enum
import logging
import time
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction

from aftercart.kernel.journal import letters, progress, reading
from aftercart.kernel.journal.listening import Listener
from aftercart.kernel.journal.models import Progress
from aftercart.kernel.journal.positions import Position, horizon

log = logging.getLogger(__name__)
TRANSIENT = (OperationalError, InterfaceError)


class Outcome(enum.Enum):
    """How a delivery ended."""

    BUSY = "another worker runs the listener"
    DRAINED = "nothing is left below the horizon"
    MORE = "there may be more"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What one call of :func:`deliver` did: entries taken, seconds spent, and how it ended."""

    outcome: Outcome
    taken: int
    seconds: float


class HandlerFailed(Exception):
    """The listener raised (see ``__cause__``); the transaction was rolled back and nothing moved."""

    @property
    def is_transient(self) -> bool:
        """Whether the database, not the entry, seems to be at fault (deadlock, lost connection)."""
        return isinstance(self.__cause__, TRANSIENT)


def deliver(listener: Listener, *, size: int, blame: bool = True) -> Delivery:
    """Give a listener its next batch of at most ``size`` entries.

    A batch that fails is rolled back whole, for the caller to come again with a smaller one; a single
    entry that fails becomes a dead letter and the listener moves on. With ``blame=False`` a transient
    failure of a single entry is raised too.

    Raises:
        HandlerFailed: when a batch of several failed, or a single entry that was not to be blamed.
    """
    started = time.monotonic()
    with transaction.atomic():
        row = progress.lock(listener.name)
        if row is None:
            return Delivery(outcome=Outcome.BUSY, taken=0, seconds=0.0)
        upto = horizon()
        after = Position(row.xid, row.entry_id)
        rows = reading.read(listener, after=after, upto=upto, limit=size) if after < upto else []
        if rows:
            _hand_over(listener, rows, blame=blame)
        drained = len(rows) < size
        _move(row, rows, upto if drained else None)
    return Delivery(
        outcome=Outcome.DRAINED if drained else Outcome.MORE,
        taken=len(rows),
        seconds=time.monotonic() - started,
    )


def _hand_over(listener: Listener, rows: list[reading.Row], *, blame: bool) -> None:
    """Call the listener in a savepoint, so that a handler's own database error cannot hide."""
    try:
        with transaction.atomic():
            listener.handle(reading.decode(rows))
    except Exception as error:
        if len(rows) > 1 or (isinstance(error, TRANSIENT) and not blame):
            raise HandlerFailed(listener.name) from error
        log.warning("%s could not take entry %s", listener.name, rows[0][1], exc_info=error)
        letters.write(listener=listener.name, entry_id=rows[0][1], error=error)


def _move(row: Progress, rows: list[reading.Row], drained_upto: Position | None) -> None:
    """Past the rows heard; to the horizon when that was all, since nothing can appear below it."""
    if not rows:
        return
    last = Position(rows[-1][0], rows[-1][1])
    progress.advance(row, max(last, drained_upto) if drained_upto else last, heard=len(rows))
