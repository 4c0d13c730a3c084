"""The desk's import pages in a real browser: they work, and everybody can use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect

from aftercart.connectors.models import Run, RunState
from aftercart.connectors.tests.test_desk import FILES, OWN
from aftercart.kernel.ui.testing import OpenPage, assert_accessible_everywhere
from aftercart.kernel.work.testing import run_due_jobs
from aftercart.stores.testing import make_merchant, make_owner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in() -> Client:
    make_merchant()
    client = Client()
    client.force_login(make_owner().user)
    return client


def test_a_file_is_uploaded_understood_imported_and_undone(open_page: OpenPage, tmp_path: Path) -> None:
    client = signed_in()
    own = tmp_path / "orders.csv"
    own.write_text(OWN, encoding="utf-8")
    page = open_page("/desk/imports/new/", client=client)
    assert_accessible_everywhere(page, "import-new")
    page.set_input_files("input[type=file]", own)
    page.get_by_role("button", name="Look at the files").click()
    expect(page.get_by_role("heading", name="Set up the import")).to_be_visible()
    page.get_by_label("Name of the new channel").fill("Market stall")
    page.get_by_label("Currency").fill("PLN")
    page.get_by_role("button", name="Save and look again").click()
    expect(page.get_by_text("Qty: “x” is not a whole number")).to_be_visible()
    assert_accessible_everywhere(page, "import-setup")
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("Waiting for the worker")).to_be_visible()
    assert_accessible_everywhere(page, "import-running")
    run_due_jobs()
    expect(page.get_by_text("Orders added")).to_be_visible()
    assert_accessible_everywhere(page, "import-done")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    run_due_jobs()
    expect(page.get_by_text("Removed: orders")).to_be_visible()
    assert_accessible_everywhere(page, "import-undone")
    assert Run.objects.get().state == RunState.UNDONE


def test_a_known_export_shows_what_would_become_of_it(open_page: OpenPage) -> None:
    client = signed_in()
    page = open_page("/desk/imports/new/", client=client)
    page.set_input_files(
        "input[type=file]", [FILES / "shopify_orders.csv", FILES / "shopify_products_new.csv"]
    )
    page.get_by_role("button", name="Look at the files").click()
    page.get_by_role("button", name="Save and look again").click()
    expect(page.get_by_role("rowheader", name="Linen apron")).to_be_visible()
    assert_accessible_everywhere(page, "import-shopify")
    page.goto(page.url.rpartition("/desk/")[0] + "/desk/imports/")
    expect(page.get_by_role("link", name="shopify")).to_be_visible()
    assert_accessible_everywhere(page, "imports")
