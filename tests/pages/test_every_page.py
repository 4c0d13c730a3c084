"""Every page of the product, looked at by axe, at both widths; a new page without an entry fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from aftercart.stores.models import User
from tests.pages.conftest import Windows
from tests.pages.entries import FULL, LISTS, NOT_PAGES, Entry
from tests.pages.shop import Shop
from tests.pages.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(window: Window, entry: Entry, path: str, kind: str) -> None:
    """Open one page and let everything that checks pages have its say."""
    landed = window.open(path, status=entry.status)
    assert entry.name in {landed, "error"}, f"{path} led to {landed} {window.page.url}"
    picture = re.sub(r"[^\w]+", "-", f"{kind}-{entry.who}-{entry}").strip("-")
    schemes = ("light", "dark") if entry.is_dark_too else ("light",)
    faults = window.faults(picture, schemes, status=entry.status)
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("entry", [entry for entry in LISTS if entry.status == 200], ids=str)
def test_a_page_before_anything_happened(entry: Entry, bare_windows: Windows) -> None:
    look(bare_windows.of(entry.who), entry, entry.path(None), "bare")  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", FULL, ids=lambda entry: f"{entry.who}-{entry}")
def test_a_page(entry: Entry, shop: Shop, windows: Windows) -> None:
    look(windows.of(entry.who), entry, entry.path(shop), "full")


def test_every_address_is_a_page_here_or_has_a_reason(server: str, shop: Shop) -> None:
    client = Client()
    client.force_login(User.objects.get(email="ada@demo.example"))
    pages = {entry.name for entry in FULL}
    unknown = {
        name
        for name, pattern in addresses()
        if name not in pages and name not in NOT_PAGES and not takes_only_posts(client, name, pattern)
    }
    assert not unknown, f"pages without an entry in tests/pages/entries.py: {sorted(unknown)}"
    assert set(NOT_PAGES) - {name for name, _ in addresses()} <= {"media"}


def takes_only_posts(client: Client, name: str, pattern: URLPattern) -> bool:
    """Whether the owner's GET is refused with 405."""
    samples = {"IntConverter": 1, "SlugConverter": "x", "StringConverter": "x"}
    kinds = getattr(pattern.pattern, "converters", {})
    arguments = {key: samples[type(kind).__name__] for key, kind in kinds.items()}
    return client.get(reverse(name, kwargs=arguments)).status_code == 405


def addresses(resolver: URLResolver | None = None) -> Iterator[tuple[str, URLPattern]]:
    """All addresses by name, besides those of the API, which has no pages but its reference."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLPattern):
            yield each.name or "media", each
        elif not str(each.pattern).startswith("api/"):
            yield from addresses(each)
