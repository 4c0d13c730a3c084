"""A real browser for tests: open pages, look for faults of accessibility, take pictures.

    from aftercart.kernel.ui.testing import assert_accessible_everywhere

    @pytest.mark.browser
    def test_orders(open_page: OpenPage, client: Client) -> None:
        page = open_page("/desk/orders/", client=client)
        assert_accessible_everywhere(page, "orders")

Fixtures ``chromium`` and ``open_page`` come through ``conftest.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tools.browser import LINE, find_chromium

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_PATIENCE = 30_000  # milliseconds
RUN_AXE = """async ([options, patience]) => {
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error("axe did not end")), patience));
  const found = await Promise.race([axe.run(options), late]);
  return found.violations.map(({id, help, nodes}) => ({
    id, help, nodes: nodes.map(({html, failureSummary}) => ({html, failureSummary})),
  }));
}"""
REFUSALS = (409, 422, 429)
HEIGHTS = {390: 844, 1280: 800}


class OpenPage(Protocol):
    """Opens a page of the live server, by path or whole address, in a browser of its own."""

    def __call__(
        self,
        path: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        client: Client | None = None,
        scripts: bool = True,
    ) -> Page: ...


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Every test begins in English and UTC, whatever language the one before it read in."""
    translation.activate("en")
    timezone.deactivate()
    yield
    translation.activate("en")
    timezone.deactivate()


class SharedBrowser:
    """One Chromium of this process: several conftests bring the fixture, Playwright allows one loop a thread."""

    def __init__(self) -> None:
        self._users = 0

    def open(self) -> Browser:
        """The browser, started for the first who asks."""
        if not self._users:
            path = find_chromium()
            if not path:
                raise RuntimeError(LINE)
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop running in this thread
            self._playwright = sync_playwright().start()
            options = ["--no-sandbox", "--disable-gpu"]
            self._browser = self._playwright.chromium.launch(executable_path=path, args=options)
        self._users += 1
        return self._browser

    def close(self) -> None:
        """Let go of it; the last one ends it."""
        # While its loop runs, Django keeps connections in a context of their own: nobody else closes them.
        connections.close_all()
        self._users -= 1
        if not self._users:
            self._browser.close()
            self._playwright.stop()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


_shared = SharedBrowser()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    yield _shared.open()
    _shared.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """Opens pages; at the end no page may have reported an error, a broken policy or a missing file."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(
        path: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        client: Client | None = None,
        scripts: bool = True,
    ) -> Page:
        context = chromium.new_context(
            java_script_enabled=scripts,
            viewport=ViewportSize(width=width, height=HEIGHTS.get(width, 800)),
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        for name, morsel in (client.cookies if client else {}).items():
            context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: troubles.append(said.text) if _is_trouble(said) else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(urljoin(live_server.url, path))
        page.wait_for_load_state("networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(trouble[:300] for trouble in troubles[:5])


def _is_trouble(said: ConsoleMessage) -> bool:
    """An error in the console, but not that a form was refused: that is an answer, and Chromium reports it."""
    return said.type == "error" and not any(f"status of {code}" in said.text for code in REFUSALS)


def assert_accessible(page: Page) -> None:
    """No fault of WCAG 2.2 A or AA that axe-core can find, and no sideways scrolling of the page."""
    faults = faults_of(page)
    assert not faults, "\n" + "\n".join(faults)


def faults_of(page: Page) -> list[str]:
    """What :func:`assert_accessible` would object to."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": WCAG, "resultTypes": ["violations"]}
    faults = [
        f"{fault['id']}: {fault['help']}\n"
        + "\n".join(f"    {node['html'][:160]}\n    {node['failureSummary']}" for node in fault["nodes"][:4])
        for fault in page.evaluate(RUN_AXE, [options, AXE_PATIENCE])
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*faults, f"the page is {wide} px wider than the screen"] if wide > 0 else faults


def assert_accessible_everywhere(page: Page, name: str) -> None:
    """``assert_accessible`` at 390 and 1280 px, light and dark, with a picture of each as ``NAME-390-dark``."""
    for width, height in HEIGHTS.items():
        page.set_viewport_size(ViewportSize(width=width, height=height))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            screenshot(page, f"{name}-{width}-{scheme}")
            assert_accessible(page)


def screenshot(page: Page, name: str) -> Path:
    """A picture of the whole page under ``DATA_DIR/screenshots``; its path."""
    folder = Path(settings.DATA_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
