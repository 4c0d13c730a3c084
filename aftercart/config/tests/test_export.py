"""Everything a merchant owns comes out, exactly, and nothing that opens a door."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet

from aftercart.config.export.tables import LEFT_OUT, LEFT_OUT_COLUMNS, exported_tables
from aftercart.config.export.writing import NotEmpty, plain, write_export
from aftercart.helpdesk.testing import make_question
from aftercart.kernel import clock
from aftercart.kernel.ledger.testing import make_account
from aftercart.orders.actions import fulfil_order, note_order
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.reviews.actions import record_review
from aftercart.stores.testing import make_api_token, make_channel, make_owner
from aftercart.tracking.actions import register_parcel

SECRET_NAMES = re.compile(r"passw|secret|api_key|private_key")


def quiet(name: str, rows: int) -> None:
    """Say nothing."""


def export(folder: Path) -> dict[str, Any]:
    return write_export(folder, say=quiet)


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    path = folder / f"{table.lower().replace('.', '/')}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def fill() -> Order:
    """A bit of everything."""
    ada = make_owner()
    make_api_token(channel=make_channel())
    order = make_order(name='=cmd|" /C calc"!A1', number="Zażółć-東京")
    fulfilment = fulfil_order(order_id=order.pk, key="f", actor="test")
    register_parcel(order_id=order.pk, key="p", actor="test", fulfilment=fulfilment)
    note_order(order_id=order.pk, text="line one\nline two", actor=f"staff:{ada.pk}")
    make_question(order=order)
    make_account()
    ada.channels.add(make_channel())
    told = {"source": "test", "external_id": "r1", "written_at": clock.now(), "actor": "test"}
    record_review(order=order, score=2, text="Too late", **told)  # type: ignore[arg-type]
    return order


@pytest.mark.django_db
def test_every_row_of_every_table_is_in_it_or_the_table_is_left_out_with_a_reason(tmp_path: Path) -> None:
    fill()
    manifest = export(tmp_path / "out")
    told = {table["table"]: table for table in manifest["tables"]}
    left_out = {entry["table"] for entry in manifest["left_out"]}
    every = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    assert set(told) | left_out == set(every)
    assert not set(told) & left_out
    for label, table in told.items():
        rows = rows_of(tmp_path / "out", label)
        assert len(rows) == table["rows"] == QuerySet(every[label]).count(), label
        assert table["about"], f"{label} says what a row is"
        if rows:
            assert list(rows[0]) == [column["name"] for column in table["columns"]]
    assert sum(table["rows"] > 0 for table in told.values()) > 15


def test_nothing_is_left_out_without_a_reason_or_that_is_not_there() -> None:
    every = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    assert set(LEFT_OUT) <= set(every)
    assert all(LEFT_OUT.values())
    for label, columns in LEFT_OUT_COLUMNS.items():
        assert set(columns) <= {field.name for field in every[label]._meta.concrete_fields}
        assert all(columns.values())


def test_no_column_sounds_like_a_secret() -> None:
    suspicious = {
        f"{table.label}.{column.name}"
        for table in exported_tables()
        for column in table.columns
        if SECRET_NAMES.search(column.name)
    }
    assert not suspicious, "leave it out in export/tables.py"


@pytest.mark.django_db
def test_values_are_exact_in_json_and_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    order = fill()
    export(tmp_path)
    (row,) = rows_of(tmp_path, "orders.Order")
    assert (row["number"], row["total_minor"], row["ship_to"]) == (
        order.number,
        order.total_minor,
        order.ship_to,
    )
    assert datetime.fromisoformat(row["placed_at"]) == order.placed_at
    assert row["placed_at"].endswith("+00:00")
    sheet = (tmp_path / "customers/customer.csv").read_text(encoding="utf-8-sig")
    (customer,) = csv.DictReader(io.StringIO(sheet, newline=""))
    assert customer["name"].startswith("'=cmd")
    (exact,) = rows_of(tmp_path, "customers.Customer")
    assert exact["name"] == '=cmd|" /C calc"!A1'
    (note,) = csv.DictReader(io.StringIO((tmp_path / "orders/note.csv").read_text("utf-8-sig"), newline=""))
    assert note["text"] == "line one\nline two"


@pytest.mark.django_db
def test_no_proof_of_who_somebody_is_leaves(tmp_path: Path) -> None:
    ada = make_owner()
    token, secret = make_api_token()
    export(tmp_path)
    texts = [path for path in tmp_path.rglob("*") if path.suffix in {".csv", ".json", ".jsonl"}]
    everything = "".join(path.read_text("utf-8") for path in texts)
    assert token.prefix in everything
    for proof in (ada.user.password, token.digest, secret):
        assert proof not in everything
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.jsonl")}
    assert modes == {0o600}


@pytest.mark.django_db
def test_photos_come_along_and_every_file_has_its_checksum(tmp_path: Path, uploads_here: Path) -> None:
    tmp_path = tmp_path / "out"
    storages["uploads"].save("claims/ab/photo.jpg", ContentFile(b"\xff\xd8 a photo"))
    manifest = export(tmp_path)
    photos = [file for file in manifest["files"] if file["path"].startswith("files/uploads/")]
    assert (tmp_path / photos[0]["path"]).read_bytes() == b"\xff\xd8 a photo"
    named = [file for table in manifest["tables"] for file in table["files"]] + manifest["files"]
    for file in named:
        content = (tmp_path / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {file["path"] for file in named} | {"manifest.json"}


@pytest.mark.django_db
def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NotEmpty):
        export(tmp_path)
    with pytest.raises(CommandError) as refused:
        call_command("export", str(tmp_path))
    assert refused.value.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.django_db
def test_the_command_prints_the_manifest(tmp_path: Path) -> None:
    make_order()
    out = io.StringIO()
    call_command("export", str(tmp_path / "a"), "--json", "--without-files", stdout=out)
    manifest = json.loads(out.getvalue())
    assert manifest == json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))
    assert (manifest["format"], manifest["version"], manifest["files"]) == ("aftercart-export", 1, [])
    call_command("export", str(tmp_path / "b"), stdout=out)
    assert "Keep it safe" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_it_is_all_of_one_moment_while_the_shop_goes_on(tmp_path: Path) -> None:
    make_order(number="A-1")
    errors: list[BaseException] = []

    def order_meanwhile() -> None:
        try:
            make_order(number="A-2")
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    def say(name: str, rows: int) -> None:
        if name == "customers.Customer":  # before the orders are written
            other = threading.Thread(target=order_meanwhile)
            other.start()
            other.join()

    write_export(tmp_path, say=say)
    assert errors == [], "nobody waits for an export"
    assert [row["number"] for row in rows_of(tmp_path, "orders.Order")] == ["A-1"]
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 11, 1, 13, tzinfo=UTC), "2026-11-01T13:00:00+00:00"),
        (date(2026, 11, 1), "2026-11-01"),
        (timedelta(minutes=1.5), 90.0),
        (Decimal("1.10"), "1.10"),
        (b"\x00\xff", "AP8="),
        (None, None),
        (True, True),
        ({"a": [1]}, {"a": [1]}),
    ],
)
def test_how_values_are_written(value: object, written: object) -> None:
    assert plain(value) == written
