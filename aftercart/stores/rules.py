"""Pure decisions about the team: what a role may do."""

from __future__ import annotations

READING = frozenset(
    {
        "home.view",
        "customers.view",
        "orders.view",
        "questions.view",
        "products.view",
        "reviews.view",
        "figures.view",
        "imports.view",
        "journal.view",
    }
)
ANSWERING = frozenset({"questions.answer", "customers.edit", "orders.note", "orders.resend"})
SENDING = frozenset({"orders.fulfil", "parcels.edit"})
CHANGING_ORDERS = frozenset({"orders.pay", "orders.cancel", "orders.refund"})
SEGMENTING = frozenset({"rules.edit", "figures.export", "customers.export"})
RUNNING = frozenset(
    {
        "imports.run",
        "imports.undo",
        "journal.retry",
        "customers.erase",
        "views.share",
        "team.manage",
        "settings.manage",
        "tokens.manage",
    }
)
OWNING = frozenset({"team.manage_owners"})

PERMISSIONS = READING | ANSWERING | SENDING | CHANGING_ORDERS | SEGMENTING | RUNNING | OWNING
"""Every permission there is, as ``"things.verb"``."""

BY_ROLE: dict[str, frozenset[str]] = {
    "owner": PERMISSIONS,
    "admin": PERMISSIONS - OWNING,
    "agent": READING | ANSWERING | SENDING | CHANGING_ORDERS,
    "warehouse": READING - {"questions.view", "figures.view", "reviews.view", "imports.view"}
    | SENDING
    | {"orders.note"},
    "marketer": READING - {"questions.view"} | SEGMENTING,
    "viewer": READING,
}


class UnknownPermission(LookupError):
    """Nobody could ever have this permission. The message says where they are listed."""


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do; nothing for a role that does not exist."""
    return BY_ROLE.get(role, frozenset())


def known_permission(permission: str) -> str:
    """The permission, when there is such a one.

    Raises:
        UnknownPermission: otherwise, so that a slip of the pen cannot lock (or open) a door.
    """
    if permission not in PERMISSIONS:
        raise UnknownPermission(f"There is no permission {permission!r}: see aftercart/stores/rules.py.")
    return permission
