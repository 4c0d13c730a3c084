"""Daily schedules run by the merchant's clock."""

from __future__ import annotations

from aftercart.kernel.work.schedules import use_local_zone
from aftercart.stores.models import Merchant


def merchant_zone() -> str:
    """The merchant's time zone; UTC until there is a merchant."""
    return Merchant.objects.values_list("timezone", flat=True).first() or "UTC"


use_local_zone(merchant_zone)
