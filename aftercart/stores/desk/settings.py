"""The merchant's settings on the desk: the business, its channels, keys to the API."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftercart.stores.actions import make_token, revoke_token, save_channel, save_merchant
from aftercart.stores.desk.forms import ChannelForm, MerchantForm, TokenForm, only_channels_of
from aftercart.stores.models import ApiToken, Channel, Merchant
from aftercart.stores.permissions import StaffRequest, manages, require, visible_channels, within_channels
from aftercart.stores.rules import TeamRefused, may_give_channels
from aftercart.stores.tokens import new_token


@require_http_methods(["GET", "HEAD", "POST"])
@require("settings.manage")
def merchant(request: StaffRequest) -> HttpResponse:
    """The business: name, address, time zone; below it the channels."""
    known, is_restricted = Merchant.objects.first(), not manages(request.member, [])
    if is_restricted and request.method == "POST":
        raise Http404  # the business is every channel's
    fields = (
        {name: getattr(known, name) for name in MerchantForm.base_fields} if known else {"timezone": "UTC"}
    )
    form = MerchantForm(request.POST or None, initial=fields)
    if request.method == "POST" and form.is_valid():
        save_merchant(values=form.cleaned_data, actor=request.actor)
        messages.success(request, "Saved.")
        return redirect("desk-settings")
    context = {
        "form": None if is_restricted else form,
        "channels": visible_channels(request.member).order_by("name"),
        "section": "merchant",
    }
    return render(request, "stores/desk/settings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require("settings.manage")
def channel(request: StaffRequest, slug: str) -> HttpResponse:
    """One channel; ``new`` makes another, its short name following from its name."""
    known = Channel() if slug == "new" else get_object_or_404(visible_channels(request.member), slug=slug)
    if slug == "new" and not manages(request.member, []):
        raise Http404
    form = ChannelForm(request.POST or None, initial=ChannelForm.initial_of(known))
    if request.method == "POST" and form.is_valid():
        wanted = known.slug or slugify(form.cleaned_data["name"])[:60] or "channel"
        if not known.pk and (wanted == "new" or Channel.objects.filter(slug=wanted).exists()):
            form.add_error("name", "Another channel has this name.")
        else:
            save_channel(slug=wanted, values=form.values(known), actor=request.actor)
            messages.success(request, "Saved.")
            return redirect("desk-settings")
    context = {"form": form, "channel": known, "section": "merchant"}
    return render(request, "stores/desk/channel.html", context, status=422 if form.errors else 200)


@require_safe
@require("tokens.manage")
def tokens(request: StaffRequest) -> HttpResponse:
    """Keys to the API: what each may do, when it was last used."""
    return _tokens(request, only_channels_of(request.member, TokenForm()))


@require_POST
@never_cache
@require("tokens.manage")
def add_token(request: StaffRequest) -> HttpResponse:
    """Make a key. Its secret is on this one page and nowhere else."""
    form = only_channels_of(request.member, TokenForm(request.POST))
    if not form.is_valid():
        return _tokens(request, form, status=422)
    given, new = form.cleaned_data, new_token()
    own = [channel.pk for channel in request.member.channels.all()]
    try:
        may_give_channels(own=own, given=[given["channel"].pk] if given["channel"] else [])
    except TeamRefused as refused:
        form.add_error("channel", str(refused))
        return _tokens(request, form, status=422)
    until = given["expires_on"]
    make_token(
        name=given["name"],
        prefix=new.prefix,
        digest=new.digest,
        scopes=given["scopes"],
        channel=given["channel"],
        created_by=request.member.user,
        expires_at=timezone.make_aware(datetime.combine(until, time.max)) if until else None,
        actor=request.actor,
    )
    return _tokens(request, only_channels_of(request.member, TokenForm()), secret=new.secret)


@require_POST
@require("tokens.manage")
def drop_token(request: StaffRequest, token_id: int) -> HttpResponse:
    """Take a key back at once."""
    get_object_or_404(within_channels(ApiToken.objects.all(), request.member), pk=token_id)
    revoke_token(token_id=token_id, actor=request.actor)
    messages.success(request, "The token no longer works.")
    return redirect("desk-tokens")


def _tokens(request: StaffRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    rows = within_channels(ApiToken.objects.select_related("channel", "created_by"), request.member)
    rows = rows.order_by(F("revoked_at").asc(nulls_first=True), "-pk")
    context = {"tokens": list(rows[:200]), "form": form, "secret": secret, "section": "tokens"}
    return render(request, "stores/desk/tokens.html", context, status=status)
