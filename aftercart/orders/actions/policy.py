"""What a channel's shoppers may change alone: kept as revisions, so that a decision can name the one it followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.rules import read
from aftercart.orders.changes.policies import policy_of
from aftercart.orders.changes.rules import KINDS, MODES
from aftercart.orders.models import ChangePolicy
from aftercart.orders.rules import Refused
from aftercart.stores.models import Channel

MOST_MINUTES = 60 * 24 * 30


@transaction.atomic
def save_change_policy(
    *,
    channel_id: int,
    window_minutes: int,
    kinds: Mapping[str, str],
    approval_rule: Mapping[str, Any] | None,
    price_basis: str,
    pay_minutes: int,
    decide_hours: int,
    actor: str,
    seen_revision: int | None = None,
) -> ChangePolicy:
    """Add a revision. Orders placed already keep their window; what is asked from now on follows this one.

    Raises:
        Refused: when somebody else saved one since ``seen_revision``, or a value makes no sense.
        RuleError: when the rule cannot be read.
    """
    Channel.objects.select_for_update().get(pk=channel_id)
    revision = policy_of(channel_id).revision
    if seen_revision is not None and seen_revision != revision:
        raise Refused("Somebody else changed this while you did. Look at theirs first; nothing was saved.")
    if (
        set(kinds) - set(KINDS)
        or set(kinds.values()) - set(MODES)
        or price_basis not in {"order", "catalogue"}
    ):
        raise Refused("This is not one of the choices.")
    if not 0 <= window_minutes <= MOST_MINUTES or not 1 <= pay_minutes <= MOST_MINUTES or decide_hours < 1:
        raise Refused("Choose times between a minute and thirty days.")
    if approval_rule:
        read(approval_rule, "change")
    return ChangePolicy.objects.create(
        channel_id=channel_id,
        revision=revision + 1,
        window_minutes=window_minutes,
        kinds=dict(kinds),
        approval_rule=dict(approval_rule) if approval_rule else None,
        price_basis=price_basis,
        pay_minutes=pay_minutes,
        decide_hours=decide_hours,
        actor=actor,
        made_at=clock.now(),
    )
