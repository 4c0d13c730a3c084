"""Changing the team: joining by invitation, roles, leaving."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from aftercart.kernel.journal.publish import publish
from aftercart.stores.events import MemberChanged, MemberJoined, MemberLeft
from aftercart.stores.models import Role, StaffMember, User
from aftercart.stores.rules import TeamRefused, may_change_member, may_give_channels


@transaction.atomic
def join_team(
    *, email: str, name: str, password: str, role: str, channel_ids: Collection[int] = ()
) -> StaffMember:
    """Make an account for an invited colleague.

    Raises:
        TeamRefused: when the address has an account already, or the role does not exist.
    """
    if role not in Role.values:
        raise TeamRefused(f"There is no role {role!r}.")
    if User.objects.filter(email__iexact=email).exists():
        raise TeamRefused("This address has an account already: sign in with it.")
    user = User(email=email.strip().lower(), name=name.strip())
    user.set_password(password)
    user.save()
    member = StaffMember.objects.create(user=user, role=role)
    member.channels.set(channel_ids)
    publish(MemberJoined(member_id=member.pk, role=role), actor=f"staff:{member.pk}")
    return member


@transaction.atomic
def change_member(*, member_id: int, role: str, channel_ids: Collection[int], by: StaffMember) -> StaffMember:
    """Give a colleague another role or other channels (none means all).

    Raises:
        TeamRefused: see :func:`aftercart.stores.rules.may_change_member`.
    """
    may_give_channels(own=by.channels.values_list("pk", flat=True), given=channel_ids)
    member = _locked(member_id, new_role=role, by=by)
    member.role = role
    member.save(update_fields=["role"])
    member.channels.set(channel_ids)
    publish(MemberChanged(member_id=member.pk, role=role), actor=f"staff:{by.pk}")
    return member


@transaction.atomic
def close_account(*, member_id: int, by: StaffMember) -> None:
    """Take a colleague off the team: they cannot sign in any more, what they did stays.

    Raises:
        TeamRefused: for the last owner, and for oneself.
    """
    member = _locked(member_id, new_role="", by=by)
    User.objects.filter(pk=member.user_id).update(is_active=False)
    publish(MemberLeft(member_id=member.pk), actor=f"staff:{by.pk}")


def _locked(member_id: int, *, new_role: str, by: StaffMember) -> StaffMember:
    """The member, after the rules; all owners' rows are locked, so two owners cannot remove each other."""
    owners = StaffMember.objects.filter(role=Role.OWNER, user__is_active=True).order_by("pk")
    locked = list(owners.select_for_update(of=("self",)).values_list("pk", flat=True))
    member = StaffMember.objects.select_related("user").get(pk=member_id)
    may_change_member(
        actor_role=by.role,
        role=member.role,
        new_role=new_role,
        other_owners=len([pk for pk in locked if pk != member.pk]),
        is_self=member.pk == by.pk,
    )
    return member
