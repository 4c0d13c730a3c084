"""The end of a step, inside its transaction: customers' caches, the run's counts, and that the step is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection

from aftercart.connectors.actions.caches import recount
from aftercart.connectors.models import Run


class Busy(Exception):
    """Another process performs this run. The message says so."""


def close_step(
    run: Run, step: int, steps: int, *, counts: Mapping[str, int], customers: Iterable[int] = ()
) -> None:
    """Note a step of ``steps`` as done; the last thing its transaction does.

    What takes long, the deferred foreign keys, is checked before the run's row is locked: from there to the commit
    the lanes wait for each other. The lock makes the recount right: it sees the orders of every lane that was here
    before. Whoever comes second with the same step writes nothing.

    Raises:
        Busy: when somebody else has done the step.
    """
    if connection.vendor == "postgresql":
        connection.check_constraints()
    now = Run.objects.select_for_update().get(pk=run.pk)
    if not is_open(now, step):
        raise Busy("Another process is performing this import.")
    recount(customers)
    ahead, position = {step, *now.ahead}, now.position
    while position in ahead:
        ahead.remove(position)
        position += 1
    for name, count in counts.items():
        now.counts[name] = now.counts.get(name, 0) + count
    Run.objects.filter(pk=run.pk).update(
        counts=now.counts, position=position, ahead=sorted(ahead), steps=steps
    )


def is_open(run: Run, step: int) -> bool:
    """Whether the step is still to be done."""
    return step >= run.position and step not in run.ahead
