"""A worker process of the tests with one job: it counts to a number, slowly, a transaction each.

``python -m aftercart.kernel.work.tests.slow_job SECONDS_PER_STEP SECONDS_PER_HEARTBEAT``
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta

import django

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def main(seconds: float, beat: float) -> None:
    """Run the real ``work`` command with one job of our own, and short leases."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    django.setup()
    from django.core.management import call_command

    from aftercart.kernel.work import heartbeat, leases, schedules
    from aftercart.kernel.work.jobs import Interrupted, JobContext, enqueue, job

    schedules.registry.clear()
    leases.LENGTH = timedelta(seconds=1.5)
    heartbeat.EVERY = beat

    @job("test.noted")
    def noted(context: JobContext) -> None:
        """Rows of this job are the effects that the test counts; they are never run."""

    @job("test.count")
    def count(context: JobContext) -> None:
        for step in range(context.payload["steps"]):
            if context.should_stop():
                raise Interrupted
            with context.fenced():
                enqueue("test.noted", {"step": step, "pid": os.getpid()}, run_at=NEVER)
            sys.stdout.write(f"step {step}\n")
            time.sleep(seconds)

    call_command("work", "--threads", "1")


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
