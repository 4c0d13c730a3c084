"""Performing a run: stage the files, then write step after step, each with its checkpoint in its transaction."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from django.db import transaction
from django.db.models import F

from aftercart.connectors.actions.asking import run_folder
from aftercart.connectors.actions.bulk import eased, open_bulk
from aftercart.connectors.actions.existing import classify
from aftercart.connectors.actions.orders import Writing, write_orders
from aftercart.connectors.actions.people import remember_people, write_people
from aftercart.connectors.actions.products import remember_variants, write_products
from aftercart.connectors.events import ImportFinished
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.files.opening import InputFile
from aftercart.connectors.mapping.model import Mapping
from aftercart.connectors.mapping.reading import read_mapping
from aftercart.connectors.models import Run, RunState
from aftercart.connectors.report import report_of, write_rejects
from aftercart.connectors.staging.building import Plan, build_stage, plan
from aftercart.connectors.staging.stage import Stage
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.models import Order
from aftercart.stores.models import Channel

Progress = Callable[[str, int, int], None]
Fence = Callable[[], AbstractContextManager[None]]


class Busy(Exception):
    """Another process performs this run. The message says so."""


class Stopped(Exception):
    """The run was asked to stop between two steps; performing it again goes on from there."""


def perform_import(
    *,
    run: Run,
    progress: Progress = lambda doing, done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    fence: Fence = transaction.atomic,
) -> Run:
    """Do what is left of a run and finish it. ``fence`` opens the transaction of each step.

    Killed at any moment and performed again, it ends with the same rows as if it had never been cut off.

    Raises:
        Busy: when another process is at it.
        Stopped: when ``should_stop`` said so.
        UnreadableFile, MappingError: when the files or the mapping cannot be used.
    """
    folder = run_folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / "lock"):
        mapping = _mapping(run)
        channel = _channel(run)
        stage = build_stage(
            folder=folder / "stage",
            mapping=mapping,
            files=[
                InputFile(path=Path(f["path"]), **{k: f[k] for k in ("name", "size", "digest")})
                for f in run.files
            ],
            currency=currency_of(run, mapping, channel),
            encoding=run.options.get("encoding", ""),
            delimiter=run.options.get("delimiter", ""),
            say=lambda doing: progress(doing, 0, 0),
        )
        with stage.con, eased():
            conduct = Conduct(progress=progress, should_stop=should_stop, fence=fence)
            _write(stage, run, channel, plan(stage), conduct)
            _finish(stage, run, folder, fence)
        shutil.rmtree(folder / "stage", ignore_errors=True)
    return run


def currency_of(run: Run, mapping: Mapping, channel: Channel) -> str:
    """The currency of orders and prices that name none."""
    return str(run.options.get("currency") or mapping.currency or channel.currency)


def _channel(run: Run) -> Channel:
    if run.channel is None:
        raise UnreadableFile("This import has no channel yet: choose one first.")
    return run.channel


def _mapping(run: Run) -> Mapping:
    mapping = read_mapping(run.mapping)
    return replace(mapping, timezone=run.options["timezone"]) if run.options.get("timezone") else mapping


@dataclass(frozen=True, kw_only=True)
class Conduct:
    """How a run is led from outside: told of its progress, asked to stop, fenced in."""

    progress: Progress
    should_stop: Callable[[], bool]
    fence: Fence


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """A lock that a killed process cannot leave behind."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy("Another process is performing this import.") from error
        yield


def _write(
    stage: Stage,
    run: Run,
    channel: Channel,
    steps: Plan,
    conduct: Conduct,
) -> None:
    find_needed(stage, run, steps)
    write = _writer(stage, run, channel, steps)
    for step in range(run.position, steps.steps):
        if conduct.should_stop():
            raise Stopped
        with conduct.fence():
            _claim(run, step, steps.steps)
            _count(run, write(step))
        run.position = step + 1
        conduct.progress(f"Writing {_kind(step, steps)}", step + 1, steps.steps)


def _writer(stage: Stage, run: Run, channel: Channel, steps: Plan) -> Callable[[int], dict[str, int]]:
    """What writes a step: products first, then people, then orders, which name both."""
    now = run.created_at.astimezone(UTC)
    literal = f"TIMESTAMP '{now:%Y-%m-%d %H:%M:%S.%f}'"
    writing = Writing(
        stage=stage, bulk=open_bulk(stage.con, stage.folder), run=run, channel=channel, now=literal
    )
    currency = currency_of(run, stage.mapping, channel)
    first_order, is_ready = steps.products + steps.people, False

    def write(step: int) -> dict[str, int]:
        nonlocal is_ready
        if step < steps.products:
            return write_products(stage, run, step, now, currency)
        if step < first_order:
            return write_people(stage, run, step - steps.products, now)
        if not is_ready:
            remember_variants(stage)
            remember_people(stage, run, steps.people)
            is_ready = True
        return write_orders(writing, step - first_order)

    return write


def _kind(step: int, steps: Plan) -> str:
    if step < steps.products:
        return "products"
    return "customers" if step < steps.products + steps.people else "orders"


def find_needed(stage: Stage, run: Run, steps: Plan) -> None:
    """Make ``needed``: the people with an order to write, and those of customer files."""
    stage.con.execute("CREATE OR REPLACE TABLE needed (pid BIGINT)")
    if not Order.objects.filter(channel=run.channel).exists():
        stage.con.execute("INSERT INTO needed SELECT pid FROM f_person")
        return
    for batch in range(steps.orders):
        classify(stage, run, batch)
        stage.con.execute(
            "INSERT INTO needed SELECT DISTINCT f.pid FROM c JOIN f_order f USING (seq) "
            "WHERE c.fate IN ('new', 'changed') AND f.pid IS NOT NULL"
        )
    stage.con.execute("INSERT INTO needed SELECT pid FROM f_person WHERE is_from_file")


def _claim(run: Run, step: int, steps: int) -> None:
    """Take the step in this transaction; whoever comes second writes nothing."""
    taken = Run.objects.filter(pk=run.pk, position=step).update(position=F("position") + 1, steps=steps)
    if not taken:
        raise Busy("Another process is performing this import.")


def _count(run: Run, counts: dict[str, int]) -> None:
    for name, count in counts.items():
        run.counts[name] = run.counts.get(name, 0) + count
    Run.objects.filter(pk=run.pk).update(counts=run.counts)


def _finish(stage: Stage, run: Run, folder: Path, fence: Fence) -> None:
    run.report = report_of(stage, run)
    write_rejects(stage, folder / "rejects.csv", list(run.kept.values_list("file", "row", "reason")))
    with fence():
        run.state, run.finished_at, run.doing = RunState.FINISHED, clock.now(), ""
        run.save(update_fields=["state", "finished_at", "report", "doing"])
        event = ImportFinished(
            run_id=run.pk,
            format=run.format,
            orders_added=run.counts.get("orders_added", 0),
            orders_changed=run.counts.get("orders_changed", 0),
        )
        publish(event, actor=run.actor, dedupe_key=f"import-finished:{run.pk}")
