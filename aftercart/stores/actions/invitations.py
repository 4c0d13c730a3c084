"""Joining the team: invited by a colleague, taken up once, or taken back before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.stores.events import ColleagueInvited, InvitationRevoked, MemberJoined
from aftercart.stores.models import Invitation, Role, StaffMember, User
from aftercart.stores.rules import TeamRefused, may_give_channels, may_manage, permissions_of

LASTS = timedelta(days=7)


@transaction.atomic
def invite_colleague(*, email: str, role: str, channel_ids: Collection[int], by: StaffMember) -> Invitation:
    """Let somebody join within a week; an open invitation of the same address ends.

    Raises:
        TeamRefused: for a role or channels that ``by`` may not give, and where an invitation of other
            channels than theirs is open.
    """
    own = list(by.channels.values_list("pk", flat=True))
    may_give_channels(own=own, given=channel_ids)
    _refuse_owner(role, by)
    email, now = email.strip().lower(), clock.now()
    for former in Invitation.objects.select_for_update().filter(email=email, taken_at=None, revoked_at=None):
        if former.expires_at > now:
            _refuse_owner(former.role, by)
            if not may_manage(own=own, theirs=set(former.channels.values_list("pk", flat=True))):
                raise TeamRefused("A colleague has invited this address already.")
        revoke_invitations(invitations=Invitation.objects.filter(pk=former.pk), actor=f"staff:{by.pk}")
    values = {"role": role, "invited_by": by.user, "created_at": now, "expires_at": now + LASTS}
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(email=email, **values)
    except IntegrityError:
        raise TeamRefused("A colleague has invited this address this moment.") from None
    invitation.channels.set(channel_ids)
    publish(ColleagueInvited(invitation_id=invitation.pk, role=role), actor=f"staff:{by.pk}")
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation_id: int, by: StaffMember) -> None:
    """Take an invitation back; doing it twice, or after somebody joined by it, changes nothing.

    Raises:
        TeamRefused: when only an owner may, or it is of channels that ``by`` does not work for.
    """
    invitation = Invitation.objects.get(pk=invitation_id)
    own, theirs = (set(one.channels.values_list("pk", flat=True)) for one in (by, invitation))
    if not may_manage(own=own, theirs=theirs):
        raise TeamRefused("It is for channels that you do not work for.")
    _refuse_owner(invitation.role, by)
    revoke_invitations(invitations=Invitation.objects.filter(pk=invitation_id), actor=f"staff:{by.pk}")


def revoke_invitations(*, invitations: QuerySet[Invitation], actor: str) -> None:
    """End those of the invitations that nobody took (called in the caller's transaction)."""
    untaken = invitations.filter(taken_at=None, revoked_at=None).order_by("pk").select_for_update()
    ids = list(untaken.values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=ids).update(revoked_at=clock.now())
    for pk in ids:
        publish(InvitationRevoked(invitation_id=pk), actor=actor)


@transaction.atomic
def join_team(*, invitation_id: int, name: str, password: str) -> StaffMember:
    """Make an account for an invited colleague; of two requests at once one joins.

    Raises:
        TeamRefused: when the invitation has ended, or the address has an account already.
    """
    now = clock.now()
    invitation = Invitation.objects.open(now).select_for_update().filter(pk=invitation_id).first()
    if invitation is None:
        raise TeamRefused("This invitation was used already, or taken back.")
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise TeamRefused("This address has an account already: sign in with it.")
    invitation.taken_at = now
    invitation.save(update_fields=["taken_at"])
    user = User(email=invitation.email, name=name.strip())
    user.set_password(password)
    user.save()
    member = StaffMember.objects.create(user=user, role=invitation.role)
    member.channels.set(invitation.channels.all())
    publish(MemberJoined(member_id=member.pk, role=member.role), actor=f"staff:{member.pk}")
    return member


def _refuse_owner(role: str, by: StaffMember) -> None:
    if role == Role.OWNER and "team.manage_owners" not in permissions_of(by.role):
        raise TeamRefused("Only an owner makes or changes owners.")
