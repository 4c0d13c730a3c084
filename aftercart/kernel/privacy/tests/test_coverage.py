"""Nothing personal is forgotten by omission: every table that leads to a customer is declared."""

from __future__ import annotations

import pytest

from aftercart.kernel.privacy import coverage
from aftercart.kernel.privacy.registry import Table, Treatment, personal_data, registry


def test_every_table_that_leads_to_a_customer_is_declared() -> None:
    missing = coverage.undeclared_models()
    assert not missing, f"declare in the app's privacy.py how these are exported and erased: {missing}"


def test_every_declared_table_exists() -> None:
    assert coverage.vanished_models() == []


def test_the_walk_finds_what_hangs_on_a_customer_at_any_depth() -> None:
    found = {model._meta.label for model in coverage.personal_models()}
    assert {"customers.Customer", "customers.Consent", "orders.Order", "orders.FulfilmentLine"} <= found
    assert {"tracking.Scan", "helpdesk.Message", "journal.Entry", "outbox.Effect", "ledger.Lot"} <= found
    assert "catalog.Product" not in found


def test_a_table_that_is_not_declared_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry, "tracking")
    named = ["Delay", "Label", "Parcel", "ParcelLine", "Pick", "PickRun", "Scan"]
    assert coverage.undeclared_models() == [f"tracking.{name}" for name in named]


def test_an_app_declares_once() -> None:
    table = Table(model="orders.Order", treatment=Treatment.KEPT, retention="")
    with pytest.raises(TypeError, match="twice"):
        personal_data(app="orders", tables=[table])
