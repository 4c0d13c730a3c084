"""Channels over the API."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from aftercart.kernel.api.cursors import Cursor, Limit, Page, page_of
from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import Body, Country, Currency, Email, Language, Line, Short
from aftercart.kernel.money import MoneyError, exponent
from aftercart.stores.actions import save_channel
from aftercart.stores.models import Channel
from aftercart.stores.tokens import need, within_token

router = Router(tags=["Channels"])
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


class ChannelShown(Schema):
    """A channel of the merchant."""

    slug: str
    name: str
    kind: str
    currency: str
    country: str
    languages: list[str]
    default_language: str
    timezone: str
    sender_email: str
    support_email: str
    support_phone: str
    is_active: bool


class ChannelPage(Page):
    """A page of channels."""

    items: list[ChannelShown]


class ChannelChange(Body):
    """What of a channel can be set; what is left out stays (or takes its default on a new channel)."""

    name: Short | None = None
    currency: Currency | None = None
    country: Country | None = None
    default_language: Language | None = None
    languages: list[Language] | None = None
    sender_name: Short | None = None
    sender_email: Email | None = None
    support_email: Email | None = None
    support_phone: Short | None = None
    support_hours: Line | None = None


def show_channel(channel: Channel) -> ChannelShown:
    """A channel as the API tells it."""
    return ChannelShown.model_validate(channel, from_attributes=True)


@router.get("", response=ChannelPage, summary="List channels")
def list_channels(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> object:
    """The channels this token reaches, newest first."""
    rows = within_token(Channel.objects.all(), need(request, "channels:read"), "pk")
    return page_of(rows, cursor=cursor, limit=limit, show=show_channel)


@router.get("/{slug}", response=ChannelShown, summary="One channel")
def get_channel(request: HttpRequest, slug: str) -> object:
    """The channel with this slug."""
    rows = within_token(Channel.objects.all(), need(request, "channels:read"), "pk")
    return show_channel(get_object_or_404(rows, slug=slug.replace("\x00", "")))


@router.put("/{slug}", response={200: ChannelShown, 201: ChannelShown}, summary="Add or change a channel")
@once
def put_channel(request: HttpRequest, slug: str, change: ChannelChange) -> Status[ChannelShown]:
    """Add the channel with this slug, or change the fields given. Adding needs a token without a channel."""
    known = need(request, "channels:write")
    own = known.token.channel
    if own is not None and own.slug != slug:
        raise Problem(403, "This token belongs to one channel and reaches no other.")
    _check(slug, change)
    values = change.model_dump(exclude_none=True)
    if not Channel.objects.filter(slug=slug).exists():
        values = {"name": slug} | values
    channel, is_new = save_channel(slug=slug, values=values, actor=known.actor)
    return Status(201 if is_new else 200, show_channel(channel))


def _check(slug: str, change: ChannelChange) -> None:
    if len(slug) > 60 or not re.fullmatch(SLUG, slug):
        raise Problem(
            422, "A slug is made of a-z, 0-9 and single hyphens, at most 60.", [("/slug", "not a slug")]
        )
    if change.currency:
        try:
            exponent(change.currency)
        except MoneyError as error:
            raise Problem(422, str(error), [("/currency", str(error))]) from error
