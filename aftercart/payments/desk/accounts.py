"""How each channel takes payments: which providers, with which keys, in test mode or not."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aftercart.payments.accounts import missing_keys
from aftercart.payments.actions import save_account
from aftercart.payments.desk.forms import AccountForm
from aftercart.payments.models import Account
from aftercart.payments.providers import KINDS, Kind
from aftercart.payments.secrets import from_environment
from aftercart.stores.models import Channel
from aftercart.stores.permissions import StaffRequest, require, visible_channels


@dataclass(frozen=True, kw_only=True)
class Row:
    """A provider of a channel. ``state`` is ``on``, ``test``, ``off`` or ``incomplete``."""

    kind: Kind
    state: str
    methods: str
    keys: str


@require_safe
@require("settings.manage")
def accounts(request: StaffRequest) -> HttpResponse:
    """Every channel with its providers."""
    channels = list(visible_channels(request.member).order_by("name").prefetch_related("payment_accounts"))
    context = {"channels": [(channel, _rows(channel)) for channel in channels]}
    return render(request, "payments/desk/accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require("settings.manage")
def account(request: StaffRequest, slug: str, provider: str) -> HttpResponse:
    """One provider of one channel."""
    channel = get_object_or_404(visible_channels(request.member), slug=slug)
    kind = KINDS.get(provider)
    if kind is None or not kind.is_usable():
        raise Http404
    known = Account.objects.filter(channel=channel, provider=provider).first()
    given = set(from_environment(provider, channel.slug, kind.secrets))
    form = AccountForm(kind, known, given, request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_account(
            channel_id=channel.pk,
            provider=provider,
            methods=form.cleaned_data["methods"],
            is_enabled=form.cleaned_data["is_enabled"],
            is_test=form.cleaned_data.get("is_test", False),
            settings=(known.settings if known else {}) | form.settings(),
            secrets=form.secrets(),
            actor=request.actor,
        )
        messages.success(request, "Saved.")
        return redirect("desk-payments")
    context = {
        "form": form,
        "kind": kind,
        "channel": channel,
        "webhook_url": f"{settings.BASE_URL}{reverse('payment-webhook', args=[provider])}"
        if kind.name == "stripe"
        else "",
    }
    return render(request, "payments/desk/account.html", context, status=422 if form.errors else 200)


def _rows(channel: Channel) -> list[Row]:
    by_provider = {account.provider: account for account in channel.payment_accounts.all()}
    kinds = sorted((kind for kind in KINDS.values() if kind.is_usable()), key=lambda kind: kind.position)
    return [_row(kind, by_provider.get(kind.name)) for kind in kinds]


def _row(kind: Kind, account: Account | None) -> Row:
    if account is None:
        return Row(kind=kind, state="off", methods="", keys="")
    missing = missing_keys(account)
    state = "incomplete" if missing else "test" if account.is_test else "on"
    return Row(
        kind=kind,
        state=state if account.is_enabled else "off",
        methods=", ".join(name.replace("_", " ") for name in account.methods),
        keys="" if not kind.needed else "keys missing" if missing else "keys set",
    )
