"""The team on the desk: who is in it, as what, and how somebody joins."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.kernel import clock
from aftercart.kernel.links.signing import make_link, read_link, take_link
from aftercart.stores.actions import change_member, close_account, join_team
from aftercart.stores.desk.forms import InvitationForm, JoinForm, MemberForm
from aftercart.stores.models import StaffMember
from aftercart.stores.permissions import StaffRequest, require
from aftercart.stores.rules import TeamRefused, may_give_channels, permissions_of

PURPOSE = "team.invitation"
LASTS = timedelta(days=7)


@require_safe
@require("team.manage")
def team(request: StaffRequest) -> HttpResponse:
    """Everybody who may sign in, and those who left."""
    return _page(request, InvitationForm())


@require_POST
@require("team.manage")
def invite(request: StaffRequest) -> HttpResponse:
    """Make a link by which somebody joins; it works once, for a week."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    if given["role"] == "owner" and "team.manage_owners" not in permissions_of(request.member.role):
        messages.error(request, "Only an owner makes owners.")
        return redirect("desk-team")
    try:
        may_give_channels(own=_own(request), given=[channel.pk for channel in given["channels"]])
    except TeamRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk-team")
    payload = {
        "email": given["email"].lower(),
        "role": given["role"],
        "channels": [channel.pk for channel in given["channels"]],
    }
    token = make_link(PURPOSE, payload, expires_in=LASTS, single_use=True)
    link = f"{settings.BASE_URL}{reverse('team-join', args=[token])}"
    return _page(request, InvitationForm(), link=link, invited=given["email"])


def _own(request: StaffRequest) -> list[int]:
    return [channel.pk for channel in request.member.channels.all()]


def _page(
    request: StaffRequest, form: InvitationForm, *, link: str = "", invited: str = "", status: int = 200
) -> HttpResponse:
    members = StaffMember.objects.select_related("user").prefetch_related(
        "channels", "user__authenticator_set"
    )
    rows = [
        (
            member,
            MemberForm(
                initial={"role": member.role, "channels": member.channels.all()}, prefix=f"m{member.pk}"
            ),
        )
        for member in members.order_by("-user__is_active", "user__name")
    ]
    context = {"rows": rows, "form": form, "link": link, "invited": invited}
    return render(request, "stores/desk/team.html", context, status=status)


@require_POST
@require("team.manage")
def change(request: StaffRequest, member_id: int) -> HttpResponse:
    """Give a colleague another role or other channels, or take them off the team (``then=close``)."""
    member = get_object_or_404(StaffMember, pk=member_id)
    form = MemberForm(request.POST, prefix=f"m{member.pk}")
    try:
        if request.POST.get("then") == "close":
            close_account(member_id=member.pk, by=request.member)
            messages.success(request, f"{member.user} can no longer sign in.")
        elif form.is_valid():
            channels = [channel.pk for channel in form.cleaned_data["channels"]]
            change_member(
                member_id=member.pk, role=form.cleaned_data["role"], channel_ids=channels, by=request.member
            )
            messages.success(request, f"{member.user} is changed.")
        else:
            messages.error(request, "Choose a role.")
    except TeamRefused as refused:
        messages.error(request, str(refused))
    return redirect("desk-team")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited colleague chooses a name and a password. Any broken link gives the same page."""
    invitation = read_link(PURPOSE, token, clock.now())
    if invitation is None:
        return render(request, "stores/desk/join.html", {"is_gone": True}, status=404)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                taken = take_link(PURPOSE, token, clock.now())
                if taken is None:
                    raise TeamRefused("This invitation was used already.")
                join_team(
                    email=taken["email"],
                    name=form.cleaned_data["name"],
                    password=form.cleaned_data["password"],
                    role=taken["role"],
                    channel_ids=taken["channels"],
                )
        except TeamRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Welcome. Sign in with your new password.")
            return redirect("account_login")
    context = {"form": form, "email": invitation["email"]}
    return render(request, "stores/desk/join.html", context, status=422 if form.errors else 200)
