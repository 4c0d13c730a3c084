"""A process killed with ``kill -9`` in the middle of an import, and the next one that goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from aftercart.connectors.actions import Options, ask_for_import, channel_for, perform_import
from aftercart.connectors.files.opening import look_at
from aftercart.connectors.mapping.reading import read_mapping
from aftercart.connectors.models import Run, RunState
from aftercart.connectors.staging import final
from aftercart.connectors.tests.samples import HEADING, SHOP
from aftercart.customers.models import Customer
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Line, Order, Payment

pytestmark = pytest.mark.django_db(transaction=True)

# The child performs the run that is in the database and dies inside the transaction of its third step
# (kill = "in") or right after its commit (kill = "after"); beside it another lane may have done one more or less.
CHILD = """
import os, signal, sys
import django
from django.conf import settings
django.setup()
from django.db import connection, transaction
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
settings.DATA_DIR = sys.argv[2]
from contextlib import contextmanager
from aftercart.connectors.actions import perform_import
from aftercart.connectors.models import Run
from aftercart.connectors.staging import final
final.BATCH_LINES = 40
seen = []

@contextmanager
def fence():
    with transaction.atomic():
        yield
        seen.append(1)
        if len(seen) == 3 and sys.argv[3] == "in":
            os.kill(os.getpid(), signal.SIGKILL)
    if len(seen) == 3 and sys.argv[3] == "after":
        os.kill(os.getpid(), signal.SIGKILL)

perform_import(run=Run.objects.get(), fence=fence)
"""


def write_many(path: Path, orders: int = 60) -> Path:
    rows = [HEADING]
    for number in range(orders):
        mail = f"person{number % 20}@example.com"
        rows.append(
            f"O{number};01.03.2025 10:{number % 60:02};{mail};P{number};PL;;;paid;;0;;K;Kubek;1;5,00;;;"
        )
        rows.append(f"O{number};;;;;;;;;;;L;Talerz;2;7,50;;;")
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


def ask(path: Path) -> tuple[Run, bool]:
    mapping = read_mapping(SHOP)
    channel = channel_for(name="Shop", mapping=mapping, currency="", timezone="")
    return ask_for_import(
        format_name=mapping.name,
        mapping_text=SHOP,
        files=[look_at(path)],
        channel=channel,
        options=Options(),
        actor="test",
    )


def content() -> dict[str, Any]:
    """Everything the import wrote, without the ids that a second attempt may give anew."""
    return {
        "orders": list(
            Order.objects.order_by("number").values_list("number", "customer__email_key", "import_digest")
        ),
        "lines": list(
            Line.objects.order_by("order__number", "position").values_list("order__number", "sku", "title")
        ),
        "payments": list(Payment.objects.order_by("key").values_list("key", "amount_minor")),
        "customers": list(
            Customer.objects.order_by("email_key").values_list("email_key", "name", "orders_count")
        ),
        "entries": sorted(Entry.objects.filter(is_history=True).values_list("name", "occurred_at")),
        "run": list(Run.objects.values_list("counts", "position", "ahead", "steps", "state")),
    }


@pytest.mark.parametrize("kill", ["in", "after"])
def test_killed_and_performed_again_it_ends_as_if_never_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, kill: str
) -> None:
    monkeypatch.setattr(final, "BATCH_LINES", 40)
    path = write_many(tmp_path / "orders.csv")
    run, _ = ask(path)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(connection.settings_dict["NAME"]), str(settings.DATA_DIR), kill],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        check=False,
        capture_output=True,
        text=True,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    run.refresh_from_db()
    slack = 1 if connection.vendor == "postgresql" else 0
    assert run.state == RunState.RUNNING
    assert abs(run.position + len(run.ahead) - (2 if kill == "in" else 3)) <= slack
    again, goes_on = ask(path)
    assert (again.pk, goes_on) == (run.pk, True)
    perform_import(run=again)
    cut_off = content()
    assert again.counts["orders_added"] == 60
    forget_everything()
    perform_import(run=ask(path)[0])
    assert content() == cut_off


def forget_everything() -> None:
    for model in (Entry, Order, Customer, Run):
        model._default_manager.all().delete()
