"""The journal's pump: listeners hear what was committed."""

from __future__ import annotations

import threading

from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.positions import anything_beyond_horizon
from aftercart.kernel.work.pumps import PumpContext, pump


class _Mine(threading.local):
    worker = ""
    dispatcher = Dispatcher()


_mine = _Mine()


@pump("journal", waits=anything_beyond_horizon)
def dispatch(context: PumpContext) -> int:
    """Give every listener with something to hear one batch. Returns the entries handled."""
    if _mine.worker != context.worker:
        _mine.worker, _mine.dispatcher = context.worker, Dispatcher()
    return _mine.dispatcher.turn(context)
