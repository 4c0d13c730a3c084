"""The style page shows every component, and axe-core finds nothing to say about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from aftercart.kernel.ui import gallery
from aftercart.kernel.ui.testing import OpenPage, assert_accessible_everywhere

COMPONENTS = {file.stem for file in (gallery.TEMPLATES / "components").glob("*.html")}
EXAMPLES = {file.stem for file in (gallery.TEMPLATES / "examples").glob("*.html")}


def test_every_component_has_an_example_and_a_place() -> None:
    listed = [entry.name for entries in gallery.entries().values() for entry in entries]

    assert len(listed) == len(set(listed))
    assert set(listed) == EXAMPLES == COMPONENTS | set(gallery.EXTRAS)


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_every_component_says_what_it_takes(name: str) -> None:
    text = (Path(gallery.TEMPLATES) / "components" / f"{name}.html").read_text(encoding="utf-8")

    assert len(gallery.about(text)) > 20


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/desk/ui/")

    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_developer_sees_it_without_signing_in(client: Client, settings: Settings) -> None:
    settings.DEBUG = True

    answer = client.get("/desk/ui/")

    assert answer.status_code == 200
    for name in COMPONENTS:
        assert f'id="{name}"' in answer.text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_fault_of_accessibility(open_page: OpenPage, settings: Settings) -> None:
    settings.DEBUG = True
    page = open_page("/desk/ui/")
    page.evaluate("document.querySelectorAll('[data-chart]').forEach((chart) => chart.scrollIntoView())")
    page.wait_for_selector("#chart [data-drawn]")

    assert_accessible_everywhere(page, "style-page")
