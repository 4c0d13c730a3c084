"""The desk's navigation: each app adds its places, grouped, with the permission they need."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of the desk's menu. ``url_name`` is reversed; ``permission`` empty means every member."""

    label: str
    url_name: str
    icon: str
    group: str
    order: int
    permission: str = ""


places: list[Place] = []


def add_place(place: Place) -> None:
    """Add an entry to the desk's menu (from an app's ``slots.py``)."""
    if all(known.url_name != place.url_name for known in places):
        places.append(place)
        places.sort(key=lambda known: known.order)
