"""Performing a run: stage the files, then write step by step, each with its checkpoint in its transaction."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from django.db import transaction

from aftercart.connectors.actions.asking import run_folder
from aftercart.connectors.actions.bulk import ease, eased, open_bulk
from aftercart.connectors.actions.checkpoint import Busy, close_step, is_open
from aftercart.connectors.actions.existing import classify
from aftercart.connectors.actions.lanes import Work, in_lanes, lanes_for
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


class Stopped(Exception):
    """The run was asked to stop between two steps; performing it again goes on from there."""


def perform_import(
    *,
    run: Run,
    progress: Progress = lambda doing, done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    fence: Fence = transaction.atomic,
) -> Run:
    """Do what is left of a run and finish it. ``fence`` opens the transaction of each step, two at once perhaps.

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
            stage.lessen_memory()
            conduct = Conduct(progress=progress, should_stop=should_stop, fence=fence)
            _write(Staged(stage=stage, run=run, channel=channel, steps=plan(stage)), conduct)
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


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A run whose files are staged, and the steps in which they are written."""

    stage: Stage
    run: Run
    channel: Channel
    steps: Plan

    @property
    def first_order(self) -> int:
        """The step that writes the first batch of orders: products come first, then people, whom orders name."""
        return self.steps.products + self.steps.people


def _write(staged: Staged, conduct: Conduct) -> None:
    """All steps that are still open; batches of orders go in lanes."""
    stage, run, first_order = staged.stage, staged.run, staged.first_order
    conduct.progress("Writing", run.position + len(run.ahead), staged.steps.steps)
    find_needed(stage, run, staged.steps)
    for step in range(run.position, first_order):
        _stop_if_asked(conduct)
        with conduct.fence():
            write_before_orders(staged, step)
        _tell(staged, step, conduct)
    remember_variants(stage)
    remember_people(stage, run, staged.steps.people)
    todo = [step for step in range(first_order, staged.steps.steps) if is_open(run, step)]
    _stop_if_asked(conduct)
    with closing(_batches(staged, todo, conduct.fence)) as done:
        for step in done:
            _tell(staged, step, conduct)
            _stop_if_asked(conduct)


def write_before_orders(staged: Staged, step: int) -> None:
    """Write a step of products or people. Must run in a transaction."""
    stage, run, steps = staged.stage, staged.run, staged.steps
    now = run.created_at.astimezone(UTC)
    if step < steps.products:
        counts = write_products(stage, run, step, now, currency_of(run, stage.mapping, staged.channel))
    else:
        counts = write_people(stage, run, step - steps.products, now)
    close_step(run, step, steps.steps, counts=counts)


def _batches(staged: Staged, todo: list[int], fence: Fence) -> Generator[int]:
    """Write batches of orders; yields the steps that are done."""

    def open_lane(lane: int) -> Work:
        ease()
        writing = _writing(staged, lane)

        def work(step: int) -> None:
            with fence():
                counts, customers = write_orders(writing, step - staged.first_order)
                close_step(staged.run, step, staged.steps.steps, counts=counts, customers=customers)

        return work

    lanes = lanes_for(len(todo))
    if lanes > 1:
        yield from in_lanes(todo, open_lane, lanes)
        return
    work = open_lane(0)
    for step in todo:
        work(step)
        yield step


def _writing(staged: Staged, lane: int) -> Writing:
    """What a lane works with: its own cursor, for temporary tables belong to one, and its own file."""
    stage, run = staged.stage, staged.run
    own = replace(stage, con=stage.con.cursor())
    literal = f"TIMESTAMP '{run.created_at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    bulk = open_bulk(own.con, stage.folder / f"copy-{lane}.csv")
    return Writing(stage=own, bulk=bulk, run=run, channel=staged.channel, now=literal)


def _stop_if_asked(conduct: Conduct) -> None:
    if conduct.should_stop():
        raise Stopped


def _tell(staged: Staged, step: int, conduct: Conduct) -> None:
    run = staged.run
    run.refresh_from_db(fields=["position", "ahead", "counts", "steps"])
    conduct.progress(f"Writing {_kind(staged, step)}", run.position + len(run.ahead), staged.steps.steps)


def _kind(staged: Staged, step: int) -> str:
    if step < staged.steps.products:
        return "products"
    return "customers" if step < staged.first_order else "orders"


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
