"""Places on the desk that apps above fill: what waits on the home page, what search finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Slot
from aftercart.stores.models import StaffMember


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits for somebody: ``count`` of ``label``, at ``href``; ``tone`` when there are any."""

    label: str
    count: int
    href: str
    icon: str
    tone: str = "warn"


WaitingSource = Callable[[HttpRequest], Waiting | None]
Jump = Callable[[HttpRequest, str], str | None]

waiting_sources: list[tuple[int, WaitingSource]] = []
jumps: list[Jump] = []

desk_home_panels: Slot[StaffMember] = Slot("desk-home")
"""Cards below what waits."""

desk_search_panels: Slot[str] = Slot("desk-search")
"""What is found for a text; the panel's context needs ``found`` (rows with title, text, href, icon)."""


def waits(order: int) -> Callable[[WaitingSource], WaitingSource]:
    """Register what may wait for somebody; smaller ``order`` comes first. ``None`` shows nothing."""

    def register(source: WaitingSource) -> WaitingSource:
        waiting_sources.append((order, source))
        waiting_sources.sort(key=lambda pair: pair[0])
        return source

    return register


def jump(source: Jump) -> Jump:
    """Register where a text leads that names exactly one thing, such as an order's number."""
    jumps.append(source)
    return source


def _places() -> None:
    rows = (
        ("Home", "desk-home", "house", "Work", 0, "home.view", "h"),
        ("Journal", "desk-journal", "activity", "Set up", 60, "journal.view", ""),
        ("System", "desk-system", "server", "Set up", 70, "journal.view", ""),
        ("Team", "desk-team", "users", "Set up", 80, "team.manage", ""),
        ("Settings", "desk-settings", "settings", "Set up", 90, "settings.manage", ""),
    )
    for label, url_name, icon, group, order, permission, shortcut in rows:
        add_place(
            Place(
                label=label,
                url_name=url_name,
                icon=icon,
                group=group,
                order=order,
                permission=permission,
                shortcut=shortcut,
            )
        )


_places()
