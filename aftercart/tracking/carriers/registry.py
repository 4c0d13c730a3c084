"""Which carriers' services this shop asks, from its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.conf import settings

from aftercart.tracking.carriers.karrio.source import dhl_source, ups_source
from aftercart.tracking.ports import CarrierSource

NAMES = {"ups": "UPS", "dhl": "DHL"}


@cache
def configured() -> Sequence[CarrierSource]:
    """The services with credentials, one object each for the life of the process."""
    keys = settings.CARRIERS
    sources: list[CarrierSource] = []
    if keys.ups:
        sources.append(ups_source(*keys.ups, address=keys.ups_url, budget=keys.ups_budget))
    if keys.dhl:
        sources.append(dhl_source(keys.dhl, address=keys.dhl_url, budget=keys.dhl_budget))
    return sources
