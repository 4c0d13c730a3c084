"""Invitations to the team: made, taken back, and taken up by who holds the link."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from aftercart.kernel import clock
from aftercart.kernel.links.signing import make_link, read_link
from aftercart.stores.actions import invite_colleague, join_team, revoke_invitation
from aftercart.stores.desk.forms import InvitationForm, JoinForm, only_channels_of
from aftercart.stores.desk.team import team_page
from aftercart.stores.models import Invitation
from aftercart.stores.permissions import StaffRequest, manages, require
from aftercart.stores.rules import TeamRefused

PURPOSE = "team.invitation"


@require_POST
@never_cache
@require("team.manage")
def invite(request: StaffRequest) -> HttpResponse:
    """Make a link by which somebody joins; it works once, for a week."""
    form = only_channels_of(request.member, InvitationForm(request.POST))
    if not form.is_valid():
        return team_page(request, form, status=422)
    given = form.cleaned_data
    try:
        invitation = invite_colleague(
            email=given["email"],
            role=given["role"],
            channel_ids=[channel.pk for channel in given["channels"]],
            by=request.member,
        )
    except TeamRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk-team")
    fresh = only_channels_of(request.member, InvitationForm())
    return team_page(request, fresh, link=invitation_url(invitation), invited=given["email"])


def invitation_url(invitation: Invitation) -> str:
    """The address by which somebody joins."""
    lasts = invitation.expires_at - clock.now()
    token = make_link(PURPOSE, {"invitation": invitation.pk}, expires_in=lasts)
    return f"{settings.BASE_URL}{reverse('team-join', args=[token])}"


@require_POST
@require("team.manage")
def revoke(request: StaffRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back: its link works no more."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    if not manages(request.member, [channel.pk for channel in invitation.channels.all()]):
        raise Http404
    try:
        revoke_invitation(invitation_id=invitation.pk, by=request.member)
    except TeamRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Nobody joins as {invitation.email} by that link any more.")
    return redirect("desk-team")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited colleague chooses a name and a password. Any broken link gives the same page."""
    now = clock.now()
    payload = read_link(PURPOSE, token, now) or {}
    invitation = Invitation.objects.open(now).filter(pk=payload.get("invitation", 0)).first()
    if invitation is None:
        return render(request, "stores/desk/join.html", {"is_gone": True}, status=404)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            join_team(
                invitation_id=invitation.pk,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
            )
        except TeamRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Welcome. Sign in with your new password.")
            return redirect("account_login")
    context = {"form": form, "email": invitation.email}
    return render(request, "stores/desk/join.html", context, status=422 if form.errors else 200)
