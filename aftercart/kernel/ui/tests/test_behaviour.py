"""What the modules do, in a real browser, under the strict policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from aftercart.kernel.ui.testing import OpenPage
from aftercart.kernel.ui.tests import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_page: OpenPage, settings: Settings) -> Page:
    settings.ROOT_URLCONF = "aftercart.kernel.ui.tests.pages"
    return open_page("/sample/behaviour/")


@pytest.mark.parametrize("layout", ["desk", "portal"])
def test_progress_is_asked_for_until_it_is_over(page: Page, layout: str) -> None:
    page.goto(f"{page.url}?layout={layout}")
    job = page.locator("#job")
    expect(job.get_by_text("Done.")).to_be_visible()
    expect(job.get_by_role("progressbar")).to_have_attribute("value", "1")
    expect(job.locator("[hx-get]")).to_have_count(0)


def test_tabs_are_walked_by_arrows(page: Page) -> None:
    expect(page.get_by_role("tabpanel", name="First")).to_be_visible()
    expect(page.get_by_text("Second panel")).to_be_hidden()
    page.get_by_role("tab", name="First").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Second")).to_be_focused()
    expect(page.get_by_text("Second panel")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("First panel")).to_be_visible()


def test_an_upload_names_its_file_and_goes_on(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("x" * 2500)
    page.get_by_label("A file").set_input_files(file)
    expect(page.get_by_text("orders.csv (2.5 kB)")).to_be_visible()
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/sample/desk/?uploaded=2500")


def test_a_refused_upload_says_why_and_still_works(page: Page, tmp_path: Path) -> None:
    for name in ("bad.csv", "good.csv"):
        (tmp_path / name).write_text("x")
    page.get_by_label("A file").set_input_files(tmp_path / "bad.csv")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_have_text("Refused: bad.csv")
    page.get_by_label("A file").set_input_files(tmp_path / "good.csv")
    expect(page.get_by_text("good.csv (1 byte)")).to_be_visible()
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/sample/desk/?uploaded=1")


def test_a_form_is_sent_once(page: Page) -> None:
    pages.counted.clear()
    page.get_by_role("button", name="Count").dblclick()
    page.wait_for_url("**/sample/desk/")

    assert len(pages.counted) == 1


def test_a_text_is_copied_and_that_is_said(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy tracking number").click()
    expect(page.get_by_role("status").get_by_text("Copied")).to_be_visible()

    assert page.evaluate("navigator.clipboard.readText()") == "RR123456785PL"


def test_a_message_is_closed(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Hm', tone: 'error'}}))")
    message = page.get_by_role("status").get_by_text("Hm", exact=True)
    expect(message).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(message).to_have_count(0)


def test_escape_hides_a_tooltip(page: Page) -> None:
    tip = page.get_by_role("tooltip", name="", include_hidden=True)
    expect(tip).to_be_hidden()
    page.get_by_role("button", name="What is this?").focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_one_box_checks_its_column(page: Page) -> None:
    everything = page.get_by_label("All")
    everything.check()
    expect(page.get_by_label("Two")).to_be_checked()
    page.get_by_label("One").uncheck()

    assert page.evaluate("document.querySelector('[data-check-all]').indeterminate") is True


def test_a_menu_closes_outside_and_on_escape(page: Page) -> None:
    summary = page.locator("summary").filter(has=page.get_by_label("Appearance"))
    dark = page.get_by_role("button", name="Dark")
    summary.click()
    expect(dark).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Light")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dark).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", name="Behaviour").click()
    expect(dark).to_be_hidden()
