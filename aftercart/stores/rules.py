"""Pure decisions about the team: what a role may do."""

from __future__ import annotations

from collections.abc import Collection

READING = frozenset(
    {
        "home.view",
        "customers.view",
        "orders.view",
        "questions.view",
        "claims.view",
        "products.view",
        "reviews.view",
        "figures.view",
        "imports.view",
        "journal.view",
    }
)
ANSWERING = frozenset({"questions.answer", "customers.edit", "orders.note", "orders.resend"})
SENDING = frozenset({"orders.fulfil", "parcels.edit"})
CHANGING_ORDERS = frozenset({"orders.pay", "orders.cancel", "orders.refund", "claims.decide"})
GUIDING = frozenset({"guides.edit"})
SEGMENTING = frozenset({"messages.edit", "rules.edit", "figures.export", "customers.export"})
RUNNING = frozenset(
    {
        "imports.run",
        "imports.undo",
        "journal.retry",
        "customers.erase",
        "views.share",
        "team.manage",
        "settings.manage",
        "claims.policy",
        "refunds.approve",
        "tokens.manage",
    }
)
OWNING = frozenset({"team.manage_owners"})

PERMISSIONS = READING | ANSWERING | SENDING | CHANGING_ORDERS | GUIDING | SEGMENTING | RUNNING | OWNING
"""Every permission there is, as ``"things.verb"``."""

BY_ROLE: dict[str, frozenset[str]] = {
    "owner": PERMISSIONS,
    "admin": PERMISSIONS - OWNING,
    "agent": READING | ANSWERING | SENDING | CHANGING_ORDERS | GUIDING,
    "warehouse": READING - {"questions.view", "figures.view", "reviews.view", "imports.view"}
    | SENDING
    | {"orders.note"},
    "marketer": READING - {"questions.view", "claims.view"} | GUIDING | SEGMENTING,
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


class TeamRefused(Exception):
    """A change of the team is not allowed. The message says why, in words for who asked."""


def may_change_member(*, actor_role: str, role: str, new_role: str, other_owners: int, is_self: bool) -> None:
    """Refuse a change of a member's role (empty ``new_role``: taking them off the team).

    Raises:
        TeamRefused: when an owner is touched by somebody who is none, the last owner would go, or somebody
            would take themselves off the team.
    """
    if "owner" in {role, new_role} and "team.manage_owners" not in permissions_of(actor_role):
        raise TeamRefused("Only an owner makes or changes owners.")
    if role == "owner" and new_role != "owner" and other_owners == 0:
        raise TeamRefused("The last owner stays: make somebody else an owner first.")
    if is_self and not new_role:
        raise TeamRefused("Nobody takes themselves off the team; ask a colleague.")
    if new_role and new_role not in BY_ROLE:
        raise TeamRefused(f"There is no role {new_role!r}.")


def may_manage(*, own: Collection[int], theirs: Collection[int]) -> bool:
    """Whether somebody who works for ``own`` channels may change what is of ``theirs`` (none means all)."""
    return not own or (bool(theirs) and set(theirs) <= set(own))


def may_give_channels(*, own: Collection[int], given: Collection[int]) -> None:
    """Refuse to let somebody into channels (none means all) that the giver does not work for.

    Raises:
        TeamRefused: when the giver works for some channels and gives another, or all.
    """
    if own and (not given or not set(given) <= set(own)):
        raise TeamRefused("Choose among the channels that you work for yourself.")
