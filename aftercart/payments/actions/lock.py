"""Taking a charge's row before its invariant is checked, and what all its events say."""

from __future__ import annotations

from typing import Any

from aftercart.payments.models import Charge


def lock_charge(charge_id: int) -> Charge:
    """The charge, its row locked until the transaction ends (SQLite's transaction holds the whole file)."""
    return Charge.objects.select_for_update().get(pk=charge_id)


def told_of(charge: Charge) -> dict[str, Any]:
    """The fields that every event of a charge has, but the amount."""
    return {
        "charge_id": charge.pk,
        "about": charge.about,
        "customer_id": charge.customer_id,
        "channel_id": charge.channel_id,
        "provider": charge.provider,
        "method": charge.method,
        "currency": charge.currency,
    }
