"""A dry run: everything an import would do, without writing a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aftercart.connectors.actions.asking import Options
from aftercart.connectors.actions.existing import classify
from aftercart.connectors.files.opening import InputFile
from aftercart.connectors.mapping.model import Mapping
from aftercart.connectors.models import Run
from aftercart.connectors.report import report_of, write_rejects
from aftercart.connectors.staging.building import Say, build_stage, plan
from aftercart.kernel import clock
from aftercart.stores.models import Channel


def try_import(
    *,
    mapping: Mapping,
    files: Sequence[InputFile],
    channel: Channel | None,
    options: Options,
    folder: Path,
    say: Say = lambda doing: None,
) -> dict[str, Any]:
    """The report of an import that is not done; ``folder`` gets the ``rejects.csv`` it would write.

    Customers and products are counted as the files have them; orders as they stand against the shop.
    """
    if options.timezone:
        mapping = replace(mapping, timezone=options.timezone)
    run = Run(format=mapping.name, channel=channel, actor="", created_at=clock.now())
    stage = build_stage(
        folder=folder / "stage",
        mapping=mapping,
        files=files,
        currency=options.currency or mapping.currency or (channel.currency if channel else "EUR"),
        encoding=options.encoding,
        delimiter=options.delimiter,
        say=say,
    )
    kept: list[tuple[str, int, str]] = []
    with stage.con:
        for batch in range(plan(stage).orders):
            fates = classify(stage, run, batch)
            for fate, key in (
                ("new", "added"),
                ("changed", "changed"),
                ("same", "unchanged"),
                ("kept", "kept"),
            ):
                run.counts[f"orders_{key}"] = run.counts.get(f"orders_{key}", 0) + fates[fate]
            kept += stage.con.execute(
                "SELECT files.name, f._row, c.why FROM c JOIN f_order f USING (seq) JOIN files ON files.file = f._file "
                "WHERE c.fate = 'kept'"
            ).fetchall()
        for table, key in (("f_person", "customers_in_files"), ("f_product", "products_in_files")):
            run.counts[key] = stage.number(f"SELECT count(*) FROM {table}")
        report = report_of(stage, run)
        write_rejects(stage, folder / "rejects.csv", kept)
    return report
