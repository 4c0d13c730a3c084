"""Forgetting one person in every app at once; what the law keeps stays under a pseudonym."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.privacy.events import PersonErased
from aftercart.kernel.privacy.registry import Person, Table, Treatment, find_person, registry


class ErasureHinderedError(Exception):
    """Something is still under way with this person. ``reasons`` are sentences."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an erasure did (or, in a dry run, would do) to one table."""

    table: Table
    rows: int


@dataclass(frozen=True, kw_only=True)
class ErasureReport:
    """What was (or would be) done, table by table, and what stood in its way."""

    customer_id: int
    is_dry_run: bool
    outcomes: tuple[Outcome, ...]
    hindrances: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows were changed in all."""
        return sum(outcome.rows for outcome in self.outcomes)


def erase_person(
    customer_id: int,
    *,
    actor: str,
    is_dry_run: bool = False,
    is_forced: bool = False,
    now: datetime | None = None,
) -> ErasureReport:
    """Forget the customer in every app, in one transaction. Doing it again changes nothing.

    A dry run does the same work and takes it back, so its report cannot differ from the deed.

    Raises:
        ErasureHinderedError: when an app says that something is still under way, such as an order not
            yet delivered, unless ``is_forced``. A dry run reports it instead.
    """
    now = now or clock.now()
    with transaction.atomic():
        person = find_person(customer_id, actor=actor, now=now)
        hindrances = tuple(reason for declared in registry.values() for reason in declared.hinder(person))
        if hindrances and not (is_forced or is_dry_run):
            raise ErasureHinderedError(hindrances)
        report = ErasureReport(
            customer_id=customer_id,
            is_dry_run=is_dry_run,
            outcomes=tuple(_erase_everywhere(person)),
            hindrances=hindrances,
        )
        if is_dry_run:
            transaction.set_rollback(True)
        elif report.rows:
            publish(PersonErased(customer_id=customer_id, rows=report.rows), actor=actor, occurred_at=now)
    return report


def _erase_everywhere(person: Person) -> Iterator[Outcome]:
    """The highest floor first: whoever knows most of a person forgets before what they point at."""
    for declared in reversed(registry.values()):
        counts = dict(declared.erase(person))
        for table in declared.tables:
            rows = counts.pop(table.model, 0)
            if rows or table.treatment is not Treatment.KEPT:
                yield Outcome(table=table, rows=rows)
        if counts:
            raise TypeError(f"{declared.app} erased rows of undeclared tables: {', '.join(counts)}")
