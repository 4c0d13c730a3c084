"""Imports set up on the desk: files come in, the reading is settled, the run starts as a job."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import get_valid_filename

from aftercart.connectors.actions.asking import Options, fingerprint_of, listed, run_folder
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.files.opening import SUFFIXES, InputFile, look_at
from aftercart.connectors.models import Run, RunState
from aftercart.kernel import clock
from aftercart.kernel.work.jobs import enqueue
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel

LARGEST = 2 * 1024**3
MOST_FILES = 20


def keep_uploads(uploads: Iterable[UploadedFile[Any]]) -> list[InputFile]:
    """Write uploaded files to the data folder, piece by piece, under names of our own.

    Raises:
        UnreadableFile: when there is none, one is too large, or of a kind we do not read.
    """
    uploads = list(uploads)
    if not uploads:
        raise UnreadableFile("Choose a file first.")
    if len(uploads) > MOST_FILES:
        raise UnreadableFile(f"At most {MOST_FILES} files go into one import.")
    for upload in uploads:
        name = upload.name or ""
        if not name.lower().endswith(SUFFIXES):
            raise UnreadableFile(f"{name} is none of {', '.join(SUFFIXES)}.")
        if (upload.size or 0) > LARGEST:
            raise UnreadableFile(f"{name} is larger than 2 GB: import it with the command line.")
    folder = Path(settings.DATA_DIR) / "imports" / "uploads" / secrets.token_hex(8)
    folder.mkdir(parents=True)
    return [_keep(upload, folder, number) for number, upload in enumerate(uploads)]


def _keep(upload: UploadedFile[Any], folder: Path, number: int) -> InputFile:
    shown = get_valid_filename(Path(upload.name or "file.csv").name)
    target = folder / f"{number}-{shown[-80:]}"
    with target.open("wb") as out:
        for piece in upload.chunks():
            out.write(piece)
    return look_at(target, name=upload.name or shown)


@transaction.atomic
def draft_import(*, files: Sequence[InputFile], format_name: str, mapping_text: str, actor: str) -> Run:
    """A run whose files are there and whose reading is a guess."""
    return Run.objects.create(
        format=format_name,
        mapping=mapping_text,
        files=listed(files),
        state=RunState.DRAFT,
        actor=actor,
        created_at=clock.now(),
    )


@transaction.atomic
def settle_reading(
    *,
    run_id: int,
    format_name: str,
    mapping_text: str,
    channel: Channel | None,
    options: Options,
    layout: dict[str, object],
) -> Run:
    """Keep how a draft's files are to be read; ``layout`` is what the form showed, to show it again."""
    run = _draft(run_id)
    run.format, run.mapping, run.channel = format_name, mapping_text, channel
    run.options = asdict(options) | {"layout": layout}
    run.save(update_fields=["format", "mapping", "channel", "options"])
    return run


@transaction.atomic
def start_import(*, run_id: int, actor: str) -> Run:
    """Have a draft performed by the worker.

    Raises:
        Refused: when it is no draft any more, or has no channel.
    """
    run = _draft(run_id)
    if run.channel is None:
        raise Refused("Choose a channel for the orders first.")
    options = Options(**{name: str(run.options.get(name, "")) for name in asdict(Options())})
    run.fingerprint = fingerprint_of(
        run.format, run.mapping, [str(file["digest"]) for file in run.files], run.channel, options
    )
    run.state, run.actor, run.started_at = RunState.RUNNING, actor, clock.now()
    run.save(update_fields=["fingerprint", "state", "actor", "started_at"])
    enqueue("connectors.run_import", {"run_id": run.pk}, key=f"import:{run.pk}")
    return run


@transaction.atomic
def retry_import(*, run_id: int) -> Run:
    """Have a run that failed go on where it stopped.

    Raises:
        Refused: when it did not fail.
    """
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.FAILED:
        raise Refused("This import did not fail.")
    run.state, run.error = RunState.RUNNING, ""
    run.save(update_fields=["state", "error"])
    enqueue("connectors.run_import", {"run_id": run.pk}, key=f"import:{run.pk}")
    return run


@transaction.atomic
def discard_draft(*, run_id: int) -> None:
    """Forget a draft and its uploaded files.

    Raises:
        Refused: when it has started.
    """
    run = _draft(run_id)
    folders = {Path(str(file["path"])).parent for file in run.files}
    run.delete()
    transaction.on_commit(lambda: _forget(folders))


def forget_files(run: Run) -> None:
    """Remove what a finished run still has on disk: uploads, staging, rejects. They hold personal data."""
    _forget({Path(str(file["path"])).parent for file in run.files})
    shutil.rmtree(run_folder(run), ignore_errors=True)


def _forget(folders: Iterable[Path]) -> None:
    uploads = Path(settings.DATA_DIR).resolve() / "imports" / "uploads"
    for folder in folders:
        if folder.resolve().parent == uploads:
            shutil.rmtree(folder, ignore_errors=True)


def note_doing(run: Run, doing: str) -> None:
    """Say on the run's page what is being done."""
    if run.doing != doing:
        run.doing = doing
        Run.objects.filter(pk=run.pk).update(doing=doing[:200])


def note_failure(run: Run, error: str, *, is_final: bool) -> None:
    """Keep why a run stopped; a final failure waits for a person."""
    state = RunState.FAILED if is_final else run.state
    Run.objects.filter(pk=run.pk).update(error=error[:2_000], state=state)


def _draft(run_id: int) -> Run:
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.DRAFT:
        raise Refused("This import has started already.")
    return run
