"""The team on the desk: who is in it, as what, and how somebody leaves."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.kernel import clock
from aftercart.stores.actions import change_member, close_account
from aftercart.stores.desk.forms import DepartureForm, InvitationForm, MemberForm, only_channels_of
from aftercart.stores.models import ApiToken, Invitation, StaffMember
from aftercart.stores.permissions import StaffRequest, manages, require, sees_channel, within_channels
from aftercart.stores.rules import TeamRefused


@require_safe
@require("team.manage")
def team(request: StaffRequest) -> HttpResponse:
    """Everybody who may sign in, those who left, and who is invited."""
    return team_page(request, only_channels_of(request.member, InvitationForm()))


def team_page(
    request: StaffRequest, form: InvitationForm, *, link: str = "", invited: str = "", status: int = 200
) -> HttpResponse:
    """The page with an invitation's form, and the link of one that was just made."""
    members = StaffMember.objects.select_related("user").prefetch_related(
        "channels", "user__authenticator_set"
    )
    invitations = Invitation.objects.open(clock.now()).select_related("invited_by")
    context = {
        "rows": [
            (member, _member_form(request, member) if _may_change(request, member) else None)
            for member in members.order_by("-user__is_active", "user__name")
            if _is_near(request, member)
        ],
        "invitations": [
            one
            for one in invitations.prefetch_related("channels").order_by("-created_at")
            if manages(request.member, _channels(one))
        ],
        "form": form,
        "link": link,
        "invited": invited,
    }
    return render(request, "stores/desk/team.html", context, status=status)


@require_POST
@require("team.manage")
def change(request: StaffRequest, member_id: int) -> HttpResponse:
    """Give a colleague another role or other channels."""
    member = _managed(request, member_id)
    form = only_channels_of(request.member, MemberForm(request.POST, prefix=f"m{member.pk}"))
    if not form.is_valid():
        messages.error(request, "Choose a role, and among the channels that you work for yourself.")
        return redirect("desk-team")
    try:
        channels = [channel.pk for channel in form.cleaned_data["channels"]]
        change_member(
            member_id=member.pk, role=form.cleaned_data["role"], channel_ids=channels, by=request.member
        )
    except TeamRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{member.user} is changed.")
    return redirect("desk-team")


@require_http_methods(["GET", "HEAD", "POST"])
@require("team.manage")
def leave(request: StaffRequest, member_id: int) -> HttpResponse:
    """Take a colleague off the team, with the keys they made and the invitations that nobody took."""
    member = _managed(request, member_id)
    if not member.user.is_active:
        raise Http404
    made = within_channels(ApiToken.objects.filter(created_by=member.user, revoked_at=None), request.member)
    form = DepartureForm(request.POST if request.method == "POST" else None, made=made.order_by("-pk"))
    if request.method == "POST" and form.is_valid():
        try:
            close_account(
                member_id=member.pk,
                by=request.member,
                token_ids=[one.pk for one in form.cleaned_data["tokens"]],
            )
        except TeamRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{member.user} can no longer sign in.")
        return redirect("desk-team")
    opened = Invitation.objects.open(clock.now()).filter(invited_by=member.user)
    context = {"member": member, "form": form, "invitations": opened.count()}
    return render(request, "stores/desk/departure.html", context, status=422 if form.errors else 200)


def _managed(request: StaffRequest, member_id: int) -> StaffMember:
    """A colleague whom this request may change, else 404."""
    member = get_object_or_404(StaffMember.objects.select_related("user"), pk=member_id)
    if not manages(request.member, _channels(member)):
        raise Http404
    return member


def _member_form(request: StaffRequest, member: StaffMember) -> MemberForm:
    initial = {"role": member.role, "channels": member.channels.all()}
    return only_channels_of(request.member, MemberForm(initial=initial, prefix=f"m{member.pk}"))


def _may_change(request: StaffRequest, member: StaffMember) -> bool:
    return member.user.is_active and manages(request.member, _channels(member))


def _is_near(request: StaffRequest, member: StaffMember) -> bool:
    """Whether they share a channel, so that a restricted admin sees whom they work with and no others."""
    theirs = _channels(member)
    return not theirs or any(sees_channel(request.member, channel_id) for channel_id in theirs)


def _channels(one: StaffMember | Invitation) -> list[int]:
    return [channel.pk for channel in one.channels.all()]
