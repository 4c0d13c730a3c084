"""Waiting for what others decide, such as another database's open transaction."""

from __future__ import annotations

from aftercart.kernel.journal.dispatcher import Dispatcher
from aftercart.kernel.journal.positions import anything_beyond_horizon
from aftercart.kernel.work.testing import idle_context, until


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
