"""The jobs that threads of this process run at the moment: those whose leases the heartbeat prolongs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_jobs: set[int] = set()


@contextmanager
def holding(job_id: int) -> Iterator[None]:
    """For as long as the job runs."""
    with _lock:
        _jobs.add(job_id)
    try:
        yield
    finally:
        with _lock:
            _jobs.discard(job_id)


def jobs() -> list[int]:
    """Their ids."""
    with _lock:
        return list(_jobs)
