"""The desk's menu shows what a member may open, and where they are."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from aftercart.kernel.ui import navigation
from aftercart.kernel.ui.navigation import Place, add_place, guard, links


@pytest.fixture(autouse=True)
def own_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "places", [])
    monkeypatch.setattr(navigation, "_guards", [])


def place(url_name: str, group: str = "Work", order: int = 1, permission: str = "") -> Place:
    return Place(
        label=url_name, url_name=url_name, icon="house", group=group, order=order, permission=permission
    )


def menu(path: str = "/") -> dict[str, list[tuple[str, bool]]]:
    found = links(RequestFactory().get(path))
    return {group: [(link.place.label, link.is_current) for link in entries] for group, entries in found}


def test_groups_come_in_the_desks_order_and_others_after() -> None:
    for url_name, group, order in [
        ("desk-ui", "Elsewhere", 1), ("account_logout", "Set up", 2), ("account_login", "Work", 3),
    ]:  # fmt: skip
        add_place(place(url_name, group, order))

    assert list(menu()) == ["Work", "Set up", "Elsewhere"]


def test_a_place_is_added_once_and_needs_an_address() -> None:
    add_place(place("desk-ui"))
    add_place(place("desk-ui"))
    add_place(place("no-such-address"))

    assert menu() == {"Work": [("desk-ui", False)]}


def test_the_closest_place_is_the_current_one() -> None:
    add_place(place("account_login"))
    add_place(place("desk-ui"))

    assert menu("/desk/ui/")["Work"] == [("account_login", False), ("desk-ui", True)]


def test_a_guard_hides_what_a_role_may_not_open() -> None:
    add_place(place("desk-ui", permission="ui.see"))
    guard(lambda request, permission: permission != "ui.see")

    assert menu() == {}


def test_ones_own_account_knows_where_one_is() -> None:
    entries = navigation.account("/accounts/2fa/webauthn/")

    assert [entry["label"] for entry in entries if entry["is_current"]] == ["Security keys"]
