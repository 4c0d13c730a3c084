"""The only writer of the merchant's own things."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.stores.events import ChannelChanged, MerchantChanged, TokenMade, TokenRevoked
from aftercart.stores.models import ApiToken, Channel, Merchant, SavedView, User


@transaction.atomic
def save_channel(*, slug: str, values: dict[str, Any], actor: str) -> tuple[Channel, bool]:
    """Add the channel with this slug or change it; tells whether it is new. The same again tells nothing."""
    channel, is_new = Channel.objects.select_for_update().get_or_create(slug=slug, defaults=values)
    changed = list(values) if is_new else [k for k, v in values.items() if getattr(channel, k) != v]
    if not is_new and changed:
        for name in changed:
            setattr(channel, name, values[name])
        channel.save(update_fields=changed)
    if is_new or changed:
        publish(ChannelChanged(channel_id=channel.pk, slug=slug, fields=tuple(changed)), actor=actor)
    return channel, is_new


@transaction.atomic
def save_merchant(*, values: dict[str, Any], actor: str) -> Merchant:
    """Set the merchant's own data; fields left out stay."""
    merchant, is_new = Merchant.objects.select_for_update().get_or_create(pk=1, defaults=values)
    changed = [name for name, value in values.items() if getattr(merchant, name) != value]
    for name in changed:
        setattr(merchant, name, values[name])
    if changed:
        merchant.save(update_fields=changed)
    if is_new or changed:
        publish(MerchantChanged(fields=tuple(values if is_new else changed)), actor=actor)
    return merchant


@transaction.atomic
def make_token(
    *,
    name: str,
    prefix: str,
    digest: str,
    scopes: list[str],
    actor: str,
    channel: Channel | None = None,
    created_by: User | None = None,
    expires_at: datetime | None = None,
) -> ApiToken:
    """Keep a token (its hash only); ``prefix`` and ``digest`` come from :func:`aftercart.stores.tokens.new_token`."""
    token = ApiToken.objects.create(
        name=name,
        prefix=prefix,
        digest=digest,
        scopes=scopes,
        channel=channel,
        created_by=created_by,
        expires_at=expires_at,
    )
    publish(TokenMade(token_id=token.pk, scopes=tuple(scopes)), actor=actor)
    return token


@transaction.atomic
def revoke_token(*, token_id: int, actor: str) -> None:
    """Take a token back; doing it twice is doing it once."""
    if ApiToken.objects.filter(pk=token_id, revoked_at__isnull=True).update(revoked_at=clock.now()):
        publish(TokenRevoked(token_id=token_id), actor=actor)


def note_token_use(*, token_id: int, now: datetime) -> None:
    """Remember when a token was last used."""
    ApiToken.objects.filter(pk=token_id).update(last_used_at=now)


@transaction.atomic
def save_view(*, page: str, name: str, query: dict[str, str], owner: User | None) -> SavedView:
    """Keep a list's filters under a name; the same name again is the same view with new filters."""
    view, _ = SavedView.objects.update_or_create(page=page, name=name, owner=owner, defaults={"query": query})
    return view


def forget_view(*, view_id: int) -> None:
    """Forget a saved view."""
    SavedView.objects.filter(pk=view_id).delete()
