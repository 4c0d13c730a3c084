"""A copy of everything known of one person, as a zip of JSON and CSV with a README."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.privacy.events import PersonExported
from aftercart.kernel.privacy.registry import Person, PersonalData, Sheet, find_person, registry
from aftercart.kernel.spreadsheets import BOM, csv_lines


@dataclass(frozen=True, kw_only=True)
class Export:
    """A finished export: a file name and the bytes of the zip."""

    filename: str
    content: bytes
    files: tuple[str, ...]


@transaction.atomic
def export_person(customer_id: int, *, actor: str, now: datetime | None = None) -> Export:
    """Everything the apps know of the customer; that it was handed out is told in the journal."""
    now = now or clock.now()
    person = find_person(customer_id, actor=actor, now=now)
    target = io.BytesIO()
    files: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        told: list[tuple[str, Sheet, int]] = []
        for declared in registry.values():
            for sheet in declared.export(person):
                rows = [_plain(row) for row in sheet.rows]
                if rows:
                    files += _add(archive, f"{declared.app}/{sheet.name}", rows, now)
                    told.append((declared.app, sheet, len(rows)))
            for attached in declared.files(person):
                files.append(f"{declared.app}/{attached.name}")
                _write(archive, files[-1], attached.content, now)
        _write(archive, "README.txt", "\n".join(_readme(person, told)), now)
    publish(PersonExported(customer_id=customer_id, files=len(files)), actor=actor, occurred_at=now)
    return Export(
        filename=f"customer-{customer_id}-{now:%Y-%m-%d}.zip",
        content=target.getvalue(),
        files=("README.txt", *files),
    )


def _add(archive: zipfile.ZipFile, name: str, rows: list[dict[str, Any]], now: datetime) -> list[str]:
    _write(archive, f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=2), now)
    _write(archive, f"{name}.csv", _csv(rows), now)
    return [f"{name}.json", f"{name}.csv"]


def _write(archive: zipfile.ZipFile, name: str, content: str | bytes, now: datetime) -> None:
    entry = zipfile.ZipInfo(name, date_time=(now.year, now.month, now.day, now.hour, now.minute, now.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)


def _csv(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return BOM + "".join(csv_lines(columns, rows))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}


def _readme(person: Person, told: Iterable[tuple[str, Sheet, int]]) -> Iterator[str]:
    yield f"What is known of customer {person.customer_id}"
    yield f"Made on {person.now:%Y-%m-%d %H:%M} UTC."
    yield ""
    yield "Each table comes twice: as JSON (exact) and as CSV (for a spreadsheet)."
    yield "Amounts ending in _minor are in the smallest unit of the currency (cents). Times are in UTC."
    yield ""
    for app, sheet, count in told:
        yield f"{app}/{sheet.name}  ({count} {'row' if count == 1 else 'rows'})"
        yield f"    {sheet.about}"
    yield ""
    yield "How long it is kept, and what stays when you ask us to forget you:"
    for declared in registry.values():
        yield from _retention(declared)


def _retention(declared: PersonalData) -> Iterator[str]:
    for table in declared.tables:
        reason = f" ({table.reason})" if table.reason else ""
        yield f"    {table.model}: {table.treatment.value} on request; {table.retention}{reason}"
