"""Signs of life: a row per worker process, refreshed together with its leases."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid

from django.db import DatabaseError, connection

from aftercart.kernel import clock
from aftercart.kernel.work import leases
from aftercart.kernel.work.models import Worker

log = logging.getLogger(__name__)
EVERY = 5.0  # seconds; a lease lasts six beats


class Heartbeat:
    """Beats on a thread of its own, so that a long job neither looks dead nor loses its lease."""

    def __init__(self) -> None:
        self.worker = f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._doing: dict[str, str] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Write the first beat, then keep beating."""
        now = clock.now()
        Worker.objects.create(
            id=self.worker, host=socket.gethostname()[:120], pid=os.getpid(), started_at=now, seen_at=now
        )
        self._thread.start()

    def say(self, pump: str, doing: str) -> None:
        """Note what a pump does; an empty text when it rests. Written with the next beat."""
        if doing:
            self._doing[pump] = doing
        else:
            self._doing.pop(pump, None)

    def stop(self) -> None:
        """Stop beating and say goodbye."""
        self._stopped.set()
        self._thread.join()
        now = clock.now()
        Worker.objects.filter(id=self.worker).update(seen_at=now, stopped_at=now, doing={})

    def _loop(self) -> None:
        try:
            while not self._stopped.wait(EVERY):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            now = clock.now()
            leases.prolong_all(worker=self.worker, now=now)
            Worker.objects.filter(id=self.worker).update(seen_at=now, doing=dict(self._doing))
        except DatabaseError:
            log.warning("a heartbeat could not be written", exc_info=True)
            connection.close()
