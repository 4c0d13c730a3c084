"""For tests of apps with background work: run it now, in the test's own transaction, or wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from aftercart.kernel.work.pumps import PumpContext
from aftercart.kernel.work.running import run_jobs


def idle_context(worker: str = "test") -> PumpContext:
    """A context of a worker that nobody asks to stop."""
    return PumpContext(worker=worker, should_stop=lambda: False, say=lambda doing: None)


def run_due_jobs() -> int:
    """Run every job that is due, those they ask for included; returns how many ran.

    A failing job does not raise here: look at its row.
    """
    ran = 0
    while done := run_jobs(idle_context()):
        ran += done
    return ran


def until(done: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Try until it is so.

    Raises:
        AssertionError: when it is not so in time.
    """
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
