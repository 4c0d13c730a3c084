"""Waiting for what others decide: another process, or another database's open transaction."""

from __future__ import annotations

import time
from collections.abc import Callable

from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.positions import anything_beyond_horizon
from aftercart.kernel.work.testing import idle_context


def until(done: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Try until it is so.

    Raises:
        AssertionError: when it is not so in time.
    """
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def settle(dispatcher: Dispatcher | None = None) -> int:
    """Turn a dispatcher until all that is committed was handled; returns how much that was."""
    dispatcher = dispatcher or Dispatcher()
    total = 0

    def is_settled() -> bool:
        nonlocal total
        held_back = anything_beyond_horizon()
        done = dispatcher.turn(idle_context())
        total += done
        return not done and not held_back

    until(is_settled)
    return total
