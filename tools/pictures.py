"""Take the pictures of the documents from a running demo.

``python -m tools.pictures ADDRESS DATA_FOLDER ORDER_PAGE_PATH`` (the path stands in a confirmation mail).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools.browser import ensure_chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
WIDE, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)


def main(address: str, data: str, order_page: str) -> int:
    """Write the pictures into ``docs/pictures``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    logins = json.loads((Path(data) / "demo-logins.json").read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_chromium(), args=["--no-sandbox"])
        _desk(browser, address, logins[0])
        _phone(browser, address, order_page)
        browser.close()
    return 0


def _desk(browser: Browser, address: str, login: dict[str, str]) -> None:
    page = browser.new_page(viewport=WIDE, color_scheme="light", locale="en-GB")
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", login["email"])
    page.fill("input[name=password]", login["password"])
    page.locator("form[action*=login] button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    _take(page, f"{address}/desk/", "home")
    _take(page, f"{address}/desk/orders/", "orders")
    _take(page, f"{address}/desk/parcels/", "parcels")
    _take(page, f"{address}/desk/bench/", "bench")
    _take(page, f"{address}/desk/carriers/", "carriers")
    _take(page, f"{address}/desk/figures/", "figures")
    _take(page, f"{address}/desk/delays/", "delays")
    _take(page, f"{address}/desk/promises/", "promises")
    _take(page, f"{address}/desk/settings/shipping/", "shipping")
    _take(page, f"{address}/desk/figures/click_to_door_by_carrier/", "click-to-door")
    _take(page, f"{address}/desk/guides/", "guides")
    _take(page, f"{address}/desk/journal/listeners/", "journal")
    _take(page, f"{address}/desk/ui/", "ui")
    _take(page, f"{address}/desk/questions/", "questions")
    _follow(page, ".item-title a", "question")
    page.goto(f"{address}/desk/orders/?fulfilment=fulfilled")
    _follow(page, ".row-link", "order")
    page.goto(f"{address}/desk/customers/")
    _follow(page, ".row-link", "customer")


def _phone(browser: Browser, address: str, order_page: str) -> None:
    page = browser.new_page(viewport=PHONE, color_scheme="light")
    _take(page, address + order_page, "order-phone")
    _take(page, f"{address}/guides/your-first-cup-by-hand/", "guide-phone")


def _follow(page: Page, link: str, name: str) -> None:
    page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")


def _take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500 if name == "figures" else 200)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
