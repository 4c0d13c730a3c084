"""Waiting for something that other processes decide."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(done: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Try until it is so.

    Raises:
        AssertionError: when it is not so in time.
    """
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
