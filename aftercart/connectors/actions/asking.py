"""Asking for an import: its files, mapping and channel become a run, or the cut off run that had the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from aftercart.connectors.files.opening import InputFile
from aftercart.connectors.mapping.model import Mapping
from aftercart.connectors.models import Run, RunState
from aftercart.kernel import clock
from aftercart.stores.models import Channel


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the files are read, where the mapping does not say it."""

    encoding: str = ""
    delimiter: str = ""
    currency: str = ""
    timezone: str = ""


@transaction.atomic
def ask_for_import(
    *,
    format_name: str,
    mapping_text: str,
    files: Sequence[InputFile],
    channel: Channel,
    options: Options,
    actor: str,
) -> tuple[Run, bool]:
    """The run to perform, and whether it is one that was cut off and goes on."""
    print_of_all = fingerprint_of(
        format_name, mapping_text, [file.digest for file in files], channel, options
    )
    cut_off = Run.objects.filter(
        fingerprint=print_of_all, state__in=[RunState.RUNNING, RunState.FAILED]
    ).first()
    if cut_off:
        cut_off.files, cut_off.error, cut_off.state = listed(files), "", RunState.RUNNING
        cut_off.save(update_fields=["files", "error", "state"])
        return cut_off, True
    now = clock.now()
    run = Run.objects.create(
        format=format_name,
        mapping=mapping_text,
        channel=channel,
        files=listed(files),
        options=asdict(options),
        fingerprint=print_of_all,
        state=RunState.RUNNING,
        actor=actor,
        created_at=now,
        started_at=now,
    )
    return run, False


@transaction.atomic
def channel_for(*, name: str, mapping: Mapping, currency: str, timezone: str) -> Channel:
    """The channel with this name or slug (the mapping's when empty), else the only one there is, else a new one."""
    wanted = name or mapping.channel
    channels = Channel.objects.all()
    found = channels.filter(slug=slugify(wanted)).first() or channels.filter(name__iexact=wanted).first()
    if found:
        return found
    if not wanted and channels.count() == 1:
        return channels.get()
    wanted = wanted or "Files"
    zone = timezone or mapping.timezone or "UTC"
    return Channel.objects.create(
        slug=slugify(wanted) or hashlib.sha256(wanted.encode()).hexdigest()[:8],
        name=wanted,
        kind=Channel.Kind.FILES,
        currency=currency or mapping.currency or "EUR",
        timezone=zone,
        languages=["en"],
    )


def run_folder(run: Run) -> Path:
    """Where a run keeps its staging database, and at the end its rejects."""
    return Path(settings.DATA_DIR) / "imports" / f"run-{run.pk}"


def listed(files: Sequence[InputFile]) -> list[dict[str, object]]:
    """The files as a run keeps them."""
    return [
        {"name": file.name, "path": str(file.path.resolve()), "size": file.size, "digest": file.digest}
        for file in files
    ]


def fingerprint_of(
    format_name: str, mapping_text: str, digests: Sequence[str], channel: Channel, options: Options
) -> str:
    """What makes two runs the same: the same bytes, read the same way, into the same channel."""
    told = [format_name, mapping_text, sorted(digests), channel.pk, asdict(options)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
