"""Changing the team: roles, channels, leaving."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.stores.actions.invitations import revoke_invitations
from aftercart.stores.actions.tokens import revoke_token
from aftercart.stores.events import MemberChanged, MemberLeft
from aftercart.stores.models import ApiToken, Invitation, Role, StaffMember, User
from aftercart.stores.rules import TeamRefused, may_change_member, may_give_channels, may_manage


@transaction.atomic
def change_member(*, member_id: int, role: str, channel_ids: Collection[int], by: StaffMember) -> StaffMember:
    """Give a colleague another role or other channels (none means all).

    Raises:
        TeamRefused: see :func:`aftercart.stores.rules.may_change_member`, and for a colleague or channels
            beyond those that ``by`` works for.
    """
    may_give_channels(own=by.channels.values_list("pk", flat=True), given=channel_ids)
    member = _locked(member_id, new_role=role, by=by)
    member.role = role
    member.save(update_fields=["role"])
    member.channels.set(channel_ids)
    publish(MemberChanged(member_id=member.pk, role=role), actor=f"staff:{by.pk}")
    return member


@transaction.atomic
def close_account(*, member_id: int, by: StaffMember, token_ids: Collection[int] = ()) -> None:
    """Take a colleague off the team: they cannot sign in any more, what they did stays.

    Their open invitations end. Of the API tokens they made those in ``token_ids`` are revoked; the others
    go on, since systems of the shop may use them.

    Raises:
        TeamRefused: for the last owner, for oneself, and for a colleague of channels that ``by`` does not
            work for.
    """
    member = _locked(member_id, new_role="", by=by)
    User.objects.filter(pk=member.user_id).update(is_active=False)
    publish(MemberLeft(member_id=member.pk), actor=f"staff:{by.pk}")
    theirs = ApiToken.objects.filter(created_by=member.user_id, pk__in=token_ids).order_by("pk")
    for token_id in theirs.values_list("pk", flat=True):
        revoke_token(token_id=token_id, actor=f"staff:{by.pk}")
    opened = Invitation.objects.open(clock.now()).filter(invited_by=member.user_id)
    revoke_invitations(invitations=opened, actor=f"staff:{by.pk}")


def _locked(member_id: int, *, new_role: str, by: StaffMember) -> StaffMember:
    """The member, after the rules; all owners' rows are locked, so two owners cannot remove each other."""
    owners = StaffMember.objects.filter(role=Role.OWNER, user__is_active=True).order_by("pk")
    locked = list(owners.select_for_update(of=("self",)).values_list("pk", flat=True))
    member = StaffMember.objects.select_related("user").get(pk=member_id)
    own, theirs = (set(one.channels.values_list("pk", flat=True)) for one in (by, member))
    if not may_manage(own=own, theirs=theirs):
        raise TeamRefused("They work for channels that you do not work for.")
    may_change_member(
        actor_role=by.role,
        role=member.role,
        new_role=new_role,
        other_owners=len([pk for pk in locked if pk != member.pk]),
        is_self=member.pk == by.pk,
    )
    return member
