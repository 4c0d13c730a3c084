"""The policy that counts for a channel: its newest, else the one everybody starts with."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercart.orders.changes.rules import KINDS, Policy
from aftercart.orders.models import ChangePolicy
from aftercart.stores.models import Channel

DEFAULT = Policy(kinds=dict.fromkeys(KINDS, "automatic"))


def policy_of(channel_id: int) -> Policy:
    """The channel's policy as it stands."""
    row = ChangePolicy.objects.filter(channel_id=channel_id).order_by("-revision").first()
    if row is None:
        return DEFAULT
    return Policy(
        revision=row.revision,
        window_minutes=row.window_minutes,
        kinds={**DEFAULT.kinds, **row.kinds},
        approval_rule=row.approval_rule,
        price_basis=row.price_basis,
        pay_minutes=row.pay_minutes,
        decide_hours=row.decide_hours,
    )


def window_end(channel: Channel, placed_at: datetime, minutes: int | None = None) -> datetime | None:
    """When the change window of an order ends; none for a marketplace's, and for no minutes at all.

    ``minutes`` overrides the policy: a store that has let its shoppers change the order already says 0.
    """
    if channel.kind == Channel.Kind.MARKETPLACE:
        return None
    if minutes is None:
        minutes = policy_of(channel.pk).window_minutes
    return placed_at + timedelta(minutes=minutes) if minutes else None
