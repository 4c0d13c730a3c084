"""When an order will come: asked of ``delivery`` as it is placed, unless the store promised a day itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercart.delivery.actions import keep_promise
from aftercart.delivery.promises import Destination, Estimate, promise_for
from aftercart.orders.addresses import Address
from aftercart.stores.models import Channel

PROMISED_WITHIN = timedelta(days=2)


def promise_at_placing(
    *, channel: Channel, ship_to: Address, method: str, placed_at: datetime, now: datetime
) -> Estimate | None:
    """The promise for an order just placed; none for one told of long after, since nobody promised anything."""
    if not ship_to.country and not channel.country:
        return None
    if not now - PROMISED_WITHIN <= placed_at <= now + PROMISED_WITHIN:
        return None
    destination = Destination(
        country=ship_to.country or channel.country, region=ship_to.region, postcode=ship_to.postcode
    )
    return promise_for(channel=channel, destination=destination, at=placed_at, method=method)


def keep_for(order_id: int, estimate: Estimate, now: datetime) -> None:
    """Keep what was promised beside the order."""
    keep_promise(reference=promise_reference(order_id), estimate=estimate, now=now)


def promise_reference(order_id: int) -> str:
    """How ``delivery`` knows an order's promise."""
    return f"order:{order_id}"
