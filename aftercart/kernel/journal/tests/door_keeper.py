"""A worker process of the tests: opens a door for each bell, slowly, so that it can be killed half-way.

``python -m aftercart.kernel.journal.tests.door_keeper MILLISECONDS``: says a line for each bell, works
until it is stopped.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

import django


def main(milliseconds: int) -> None:
    """Run a real worker with one listener."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    django.setup()
    from aftercart.kernel.journal import listening
    from aftercart.kernel.journal.listening import Recorded, on_batch
    from aftercart.kernel.journal.publish import publish
    from aftercart.kernel.journal.tests.cast import BellRang, DoorOpened
    from aftercart.kernel.work import schedules
    from aftercart.kernel.work.worker import Worker

    listening.registry.clear()
    schedules.registry.clear()

    @on_batch(BellRang, name="test.door_keeper", batch=20)
    def open_doors(batch: Sequence[Recorded[BellRang]]) -> None:
        for recorded in batch:
            publish(DoorOpened(number=recorded.event.number), actor=str(os.getpid()))
            sys.stdout.write(f"bell {recorded.event.number}\n")
            time.sleep(milliseconds / 1000)

    worker = Worker()
    signal.signal(signal.SIGTERM, lambda signum, frame: worker.stop())
    sys.exit(0 if worker.run() else 1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
