"""Factories for tests: methods with zones, and a past of deliveries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from aftercart.delivery.actions import Way, ZoneDraft, record_transits, save_method
from aftercart.delivery.models import ShippingMethod
from aftercart.stores.models import Channel
from aftercart.stores.testing import make_channel

GERMANY = ZoneDraft(name="Germany", countries=("DE",), transit_min=1, transit_max=2)
POLAND = ZoneDraft(name="Poland", countries=("PL",), transit_min=2, transit_max=3)


def make_method(
    key: str = "standard",
    *,
    channel: Channel | None = None,
    zones: tuple[ZoneDraft, ...] = (GERMANY, POLAND),
    **values: Any,
) -> ShippingMethod:
    """A method of DHL's from Germany, weekdays until two o'clock."""
    defaults: dict[str, Any] = {
        "names": {"en": "Standard", "pl": "Standardowa"},
        "carrier": "DHL",
        "price_minor": 490,
        "origin_country": "DE",
        "cut_offs": {str(day): "14:00" for day in range(5)},
    }
    return save_method(
        channel=channel or make_channel(timezone="Europe/Berlin", country="DE"),
        key=key,
        values=defaults | values,
        zones=zones,
        actor="test",
    )


def deliver_often(
    days: list[int],
    *,
    channel: Channel,
    until: date,
    carrier: str = "DHL",
    country: str = "PL",
    region: str = "",
) -> None:
    """A past in which deliveries took these days, one ordered each day, the last arriving before ``until``."""
    longest = max(days)
    record_transits(
        ways=[
            Way(
                key=f"past:{carrier}:{country}:{number}",
                channel_id=channel.pk,
                carrier=carrier,
                country=country,
                region=region,
                placed_on=until - timedelta(days=longest + 1 + number // 20),
                arrived_on=until - timedelta(days=longest + 1 + number // 20 - taken),
            )
            for number, taken in enumerate(days)
        ]
    )
