"""One shop, one server and one browser window per visitor, shared by all pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from aftercart.stores.testing import PASSWORD, make_member, make_owner
from tests.pages.shop import Shop, give_second_factors, open_shop
from tests.pages.window import Window

EMAILS = {"ada": "ada@demo.example", "ben": "ben@demo.example"}


@pytest.fixture
def _django_db_helper() -> None:
    """Instead of pytest-django's own: the database is the whole module's, not emptied after each test."""


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a live server on a database that the whole module shares."""
    own = {
        "DATA_DIR": Path(tmp_path_factory.mktemp("pages")),
        "MAIL": replace(settings.MAIL, transport="memory"),
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 86_400,
    }
    with django_db_blocker.unblock(), override_settings(**own):
        live = LiveServer("localhost")
        try:
            yield live.url
        finally:
            live.stop()
            call_command("flush", interactive=False, verbosity=0)


class Windows:
    """The visitors' browser windows, each signed in once."""

    def __init__(self, chromium: Browser, base_url: str) -> None:
        self._chromium, self._base_url = chromium, base_url
        self._open: dict[str, Window] = {}

    def of(self, who: str) -> Window:
        """The window of ada, ben or anyone."""
        if who not in self._open:
            window = Window(self._chromium, self._base_url)
            if who in EMAILS:
                sign_in(window.page, f"{self._base_url}/accounts/login/", EMAILS[who])
            self._open[who] = window
        return self._open[who]

    def close(self) -> None:
        for window in self._open.values():
            window.close()
        self._open.clear()


def sign_in(page: Page, address: str, email: str) -> None:
    """Through the form, so that allauth knows how it was done."""
    page.goto(address)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/**")


def prove_it_is(page: Page, address: str) -> None:
    """Say the password once more, as changing second factors asks for."""
    page.goto(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/accounts/2fa/")


@pytest.fixture(scope="module")
def bare_windows(server: str, chromium: Browser) -> Iterator[Windows]:
    """Windows on a shop just installed: Ada and Ben, nothing else."""
    for made in (make_owner(), make_member("Ben")):
        made.user.email = made.user.email.replace("mira.example", "demo.example")
        made.user.save()
    windows = Windows(chromium, server)
    yield windows
    windows.close()


@pytest.fixture(scope="module")
def shop(server: str) -> Shop:
    """The shop with everything in it, instead of the bare one."""
    call_command("flush", interactive=False, verbosity=0)
    return open_shop()


@pytest.fixture(scope="module")
def windows(server: str, shop: Shop, chromium: Browser) -> Iterator[Windows]:
    """Windows on the full shop; Ben has second factors, both said their password lately."""
    opened = Windows(chromium, server)
    opened.of("ben")
    give_second_factors(EMAILS["ben"])
    for who in EMAILS:
        prove_it_is(opened.of(who).page, f"{server}/accounts/reauthenticate/?next=/accounts/2fa/")
    yield opened
    opened.close()
