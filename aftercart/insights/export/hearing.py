"""Hearing the journal at once, for a person who wants the figures now and not when the worker comes by."""

from __future__ import annotations

import time

from aftercart.kernel.journal import listening
from aftercart.kernel.journal.dispatch import HandlerFailed, Outcome, deliver
from aftercart.kernel.journal.progress import ensure_listeners

LISTENER = "insights.mark_changes"
PATIENCE = 30.0  # seconds


def hear_journal() -> int:
    """Give our own listener all that is committed. Returns how many entries it heard.

    While a worker does the same it is waited for, since its marks count once they are committed.
    """
    ensure_listeners()
    listener, heard, size = listening.registry[LISTENER], 0, listening.registry[LISTENER].batch
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            delivery = deliver(listener, size=size)
        except HandlerFailed:
            size = 1
            continue
        heard += delivery.taken
        if delivery.outcome is Outcome.DRAINED:
            break
        if delivery.outcome is Outcome.BUSY:
            time.sleep(0.05)
        else:
            until = time.monotonic() + PATIENCE
    return heard
