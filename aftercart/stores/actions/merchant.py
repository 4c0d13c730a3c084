"""The merchant's own data and channels."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from aftercart.kernel.journal.publish import publish
from aftercart.stores.events import ChannelChanged, MerchantChanged
from aftercart.stores.models import Channel, Merchant


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
