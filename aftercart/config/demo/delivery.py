"""The demo's ways to send, what its deliveries taught, and which parcels are late right now."""

from __future__ import annotations

from typing import Any

from aftercart.delivery.actions import ZoneDraft, learn_deliveries, save_method
from aftercart.kernel import clock
from aftercart.stores.models import Channel
from aftercart.tracking.actions.delaying import find_delays, learn_silence
from aftercart.tracking.models import Parcel
from aftercart.tracking.transits import record_ways

EUROPE = ("AT", "BE", "CZ", "DK", "FR", "IT", "NL", "PL", "SE")
NAMES = {
    "standard": {
        "en": "Standard delivery",
        "pl": "Dostawa standardowa",
        "ja": "通常配送",
        "ru": "Обычная доставка",
        "th": "จัดส่งแบบมาตรฐาน",
    },
    "express": {
        "en": "Express delivery",
        "pl": "Dostawa ekspresowa",
        "ja": "速達便",
        "ru": "Экспресс-доставка",
        "th": "จัดส่งแบบด่วน",
    },
}
HOME = {
    "main": ("DHL", "DE", 490, 6000),
    "polska": ("InPost", "PL", 1400, 25000),
    "japan": ("Yamato", "JP", 700, 10000),
}


def send_and_learn(channels: dict[str, Channel]) -> None:
    """Methods with zones for each channel; then everything the nightly jobs would have done by now."""
    for slug, channel in channels.items():
        _methods(channel, *HOME[slug])
    record_ways(Parcel.objects.all())
    now = clock.now()
    learn_deliveries(on=now.date(), actor="system")
    learn_silence(now=now)
    find_delays(now=now, actor="system")


def _methods(channel: Channel, carrier: str, home: str, price: int, free_from: int) -> None:
    values: dict[str, Any] = {
        "carrier": carrier,
        "origin_country": "DE",
        "cut_offs": {str(day): "14:00" for day in range(5)},
        "delivers_saturday": True,
    }
    zones = [
        ZoneDraft(name="At home", countries=(home,), transit_min=2, transit_max=5),
        ZoneDraft(name="Europe", countries=EUROPE, transit_min=3, transit_max=6),
        ZoneDraft(name="Everywhere else", transit_min=5, transit_max=10),
    ]
    standard = values | {"names": NAMES["standard"], "price_minor": price, "free_from_minor": free_from}
    save_method(channel=channel, key="standard", values=standard, zones=zones, actor="system")
    express = values | {"names": NAMES["express"], "price_minor": 2 * price, "position": 1}
    fast = [ZoneDraft(name="At home", countries=(home,), transit_min=1, transit_max=2)]
    save_method(channel=channel, key="express", values=express, zones=fast, actor="system")
