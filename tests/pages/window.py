"""A browser window that looks at pages one after the other and says what is wrong with each."""

from __future__ import annotations

import os
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from aftercart.kernel.ui.testing import HEIGHTS, faults_of, screenshot


class Window:
    """One visitor's window; what the browser complains of is kept until the next page."""

    def __init__(self, chromium: Browser, base_url: str) -> None:
        self._base_url = base_url
        self._context = chromium.new_context(reduced_motion="reduce")
        self._context.set_default_timeout(15_000)
        self._troubles: list[str] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._troubles.append(str(error)))

    def close(self) -> None:
        """The window and its cookies are gone."""
        self._context.close()

    def open(self, path: str, *, status: int = 200) -> str:
        """Go to a path; returns the name of the address where that led.

        Raises:
            AssertionError: when the answer has another status.
        """
        self._troubles.clear()
        answer = self.page.goto(urljoin(self._base_url, path))
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}"
        self.page.wait_for_load_state("networkidle")
        try:
            return resolve(urlsplit(self.page.url).path).url_name or ""
        except Resolver404:
            return ""

    def faults(self, name: str, schemes: tuple[str, ...] = ("light",), *, status: int = 200) -> list[str]:
        """What axe, the console and the layout object to, at both widths and in the given schemes.

        With ``TEST_PICTURES`` in the environment each look is kept under ``DATA_DIR/screenshots``.
        """
        found = [said[:300] for said in self._troubles if status == 200 or f"status of {status}" not in said]
        for width, height in HEIGHTS.items():
            self.page.set_viewport_size(ViewportSize(width=width, height=height))
            for scheme in schemes:
                self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                if "TEST_PICTURES" in os.environ:
                    screenshot(self.page, f"{name}-{width}-{scheme}")
                found += [f"{width} px, {scheme}: {fault}" for fault in faults_of(self.page)]
        self.page.emulate_media(color_scheme="light")
        return found

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self._troubles.append(said.text)
