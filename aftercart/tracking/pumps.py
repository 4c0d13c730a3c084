"""Asking carriers, on a thread of its own: a slow carrier holds up neither mail nor jobs."""

from __future__ import annotations

import time

from aftercart.kernel import clock
from aftercart.kernel.work.pumps import PumpContext, pump
from aftercart.tracking.asking import ask, has_due
from aftercart.tracking.carriers.registry import configured

REST = 5.0
_rests_until = 0.0


@pump("carriers")
def ask_carriers(context: PumpContext) -> int:
    """Ask every configured service about what is due; looks for it every five seconds at most."""
    global _rests_until  # noqa: PLW0603 - a pause of this process alone
    if not configured() or time.monotonic() < _rests_until:
        return 0
    asked = 0
    for source in configured():
        if not context.should_stop() and has_due(source, clock.now()):
            asked += ask(source, should_stop=context.should_stop, say=context.say)
    context.say("")
    if not asked:
        _rests_until = time.monotonic() + REST
    return asked
