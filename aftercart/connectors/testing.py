"""For tests of imports: where the shared real data lies, and a run from files to the end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from aftercart.connectors.actions import Options, ask_for_import, channel_for, perform_import
from aftercart.connectors.actions.performing import Progress
from aftercart.connectors.files.opening import find_files, look_at
from aftercart.connectors.mapping.reading import read_mapping
from aftercart.connectors.mapping.shipped import shipped_names, shipped_text
from aftercart.connectors.models import Run

ROOT = Path(__file__).resolve().parents[2]


def shared_data(*parts: str) -> Path | None:
    """A folder of the shared real data, or nothing where a checkout does not have it."""
    named = os.environ.get("AFTERCART_SHARED_DATA")
    places = (
        [Path(named)] if named else [ROOT.parent / "shared" / "data", ROOT.parent.parent / "shared" / "data"]
    )
    return next((place.joinpath(*parts) for place in places if place.joinpath(*parts).exists()), None)


def import_files(
    mapping: str,
    *paths: Path,
    channel: str = "",
    actor: str = "test",
    progress: Progress = lambda doing, done, total: None,
    **options: Any,
) -> Run:
    """Import files with a shipped mapping (by name) or a mapping's TOML, to the end."""
    text = shipped_text(mapping) if mapping in shipped_names() else mapping
    read = read_mapping(text)
    reading = Options(**options)
    run, _ = ask_for_import(
        format_name=read.name,
        mapping_text=text,
        files=[look_at(path) for path in find_files(list(paths))],
        channel=channel_for(name=channel, mapping=read, currency=reading.currency, timezone=reading.timezone),
        options=reading,
        actor=actor,
    )
    return perform_import(run=run, progress=progress)
