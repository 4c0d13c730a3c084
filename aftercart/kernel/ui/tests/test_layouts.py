"""The desk's and the portal's frames in a real browser: readable, light, and usable without a mouse."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from aftercart.kernel.ui import navigation
from aftercart.kernel.ui.navigation import Place
from aftercart.kernel.ui.testing import OpenPage, assert_accessible, assert_accessible_everywhere

KILOBYTES_FIRST_LOAD = 100


@pytest.fixture(autouse=True)
def sample_pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = "aftercart.kernel.ui.tests.pages"


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(
        label="Design system", url_name="desk-ui", icon="palette", group="Set up", order=1, shortcut="u"
    )
    monkeypatch.setattr(navigation, "places", [place])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("menu")
@pytest.mark.parametrize("layout", ["desk", "portal"])
def test_no_fault_of_accessibility(open_page: OpenPage, layout: str) -> None:
    assert_accessible_everywhere(open_page(f"/sample/{layout}/"), layout)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_shoppers_first_load_is_light(chromium: Browser, live_server: LiveServer, client: Client) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(live_server.url)))
    page.goto(f"{live_server.url}/sample/portal/")
    page.wait_for_load_state("networkidle")
    context.close()
    sizes = {path: len(client.get(path, headers={"accept-encoding": "gzip"}).getvalue()) for path in asked}

    assert any(path.startswith("/static/ui/ui.css") for path in asked)
    assert len(asked) < 16
    assert sum(sizes.values()) < KILOBYTES_FIRST_LOAD * 1000, sizes


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_chosen_appearance_stays_and_does_not_flash(open_page: OpenPage) -> None:
    page = open_page("/sample/portal/", scheme="light")
    before = background(page)
    page.get_by_role("main")
    page.locator("summary").filter(has=page.get_by_label("Appearance")).click()
    page.get_by_role("button", name="Dark").click()

    assert background(page) != before

    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert background(page) != before


def background(page: Page) -> str:
    """The colour of the page's ground."""
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_language_is_chosen_by_its_own_name(open_page: OpenPage) -> None:
    page = open_page("/sample/portal/")
    page.locator("summary[aria-label=Language]").click()
    page.get_by_role("button", name="Polski").click()
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.lang") == "pl"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("menu")
def test_the_desk_is_walked_by_keyboard(open_page: OpenPage, settings: Settings) -> None:
    settings.DEBUG = True
    page = open_page("/sample/desk/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search customers, orders, questions")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Design system")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/desk/ui/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("menu")
def test_on_a_phone_the_menu_is_a_sheet(open_page: OpenPage) -> None:
    page = open_page("/sample/desk/", width=390)
    link = page.get_by_role("link", name="Design system")

    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_undone_is_asked(open_page: OpenPage, settings: Settings) -> None:
    settings.DEBUG = True
    page = open_page("/desk/ui/", width=390)
    start = page.url
    page.get_by_role("button", name="Asks before it acts").first.click()
    dialog = page.get_by_role("dialog", name="Cancel order 1042?")
    expect(dialog).to_contain_text("19.99 EUR goes back")
    assert_accessible(page)
    dialog.get_by_role("button", name="Cancel", exact=True).click()

    assert page.url == start

    page.get_by_role("button", name="Asks before it acts").first.click()
    page.get_by_role("button", name="Cancel the order").click()
    page.wait_for_url("**/desk/ui/?")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/nowhere/", 404, "nothing at this address"), ("/sample/broken/", 500, "broke on our side")],
)
@pytest.mark.django_db
def test_errors_are_told_in_words(client: Client, path: str, status: int, words: str) -> None:
    client.raise_request_exception = False
    answer = client.get(path)

    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.django_db
def test_a_stale_form_is_told_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "sam"})

    assert answer.status_code == 403
    assert "open for a long time" in answer.text


def test_an_accent_is_a_stylesheet_for_ever(client: Client) -> None:
    answer = client.get("/ui/accent/b3471f.css")

    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert "--accent-hue" in answer.text
    assert client.get("/ui/accent/red.css").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sample/portal/", "/accounts/login/", "/nowhere/"])
def test_every_answer_carries_the_policy(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
