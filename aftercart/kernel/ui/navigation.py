"""The desk's navigation: each app adds its places, grouped, with the permission they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

GROUPS = ("Work", "Customers", "Insight", "Set up")


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of the desk's menu. ``url_name`` is reversed; ``permission`` empty means every member.

    ``group`` is one of ``GROUPS``, or another name, which comes after them. ``shortcut`` is the key
    after ``g``.
    """

    label: str
    url_name: str
    icon: str
    group: str
    order: int
    permission: str = ""
    shortcut: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place as one request sees it."""

    place: Place
    href: str
    is_current: bool


places: list[Place] = []
_guards: list[Callable[[HttpRequest, str], bool]] = []


def add_place(place: Place) -> None:
    """Add an entry to the desk's menu (from an app's ``slots.py``)."""
    if all(known.url_name != place.url_name for known in places):
        places.append(place)
        places.sort(key=lambda known: known.order)


def guard(allows: Callable[[HttpRequest, str], bool]) -> None:
    """Ask ``allows(request, permission)`` before showing a place that needs a permission."""
    _guards.append(allows)


def links(request: HttpRequest) -> list[tuple[str, list[Link]]]:
    """The menu for this request: groups in order with their links, without places that have no address."""
    found: dict[str, list[Link]] = {group: [] for group in GROUPS}
    candidates = [(place, _address(place)) for place in places if _allowed(request, place)]
    current = _current(request.path, [href for _, href in candidates if href])
    for place, href in candidates:
        if href:
            found.setdefault(place.group, []).append(Link(place=place, href=href, is_current=href == current))
    return [(group, entries) for group, entries in found.items() if entries]


ACCOUNT = (
    Place(label="Password", url_name="account_change_password", icon="key-round", group="Account", order=1),
    Place(label="Two-step sign-in", url_name="mfa_index", icon="shield-check", group="Account", order=2),
    Place(label="Security keys", url_name="mfa_list_webauthn", icon="fingerprint", group="Account", order=3),
)


def account(path: str) -> list[dict[str, object]]:
    """The pages of one's own account, as the side navigation wants them."""
    found = [(place, _address(place)) for place in ACCOUNT]
    current = _current(path, [href for _, href in found if href])
    return [
        {"label": place.label, "href": href, "icon": place.icon, "is_current": href == current}
        for place, href in found
        if href
    ]


def _allowed(request: HttpRequest, place: Place) -> bool:
    return not place.permission or all(allows(request, place.permission) for allows in _guards)


def _address(place: Place) -> str:
    try:
        return reverse(place.url_name)
    except NoReverseMatch:
        return ""


def _current(path: str, addresses: list[str]) -> str:
    """The longest address the path lies under, so ``/desk/`` is not current everywhere."""
    under = [href for href in addresses if path.startswith(href) and (href != "/desk/" or path == href)]
    return max(under, key=len, default="")
