"""Adding, changing and removing ways to send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from aftercart.delivery.events import ShippingMethodChanged
from aftercart.delivery.models import ShippingMethod, Zone
from aftercart.delivery.rules import Refused
from aftercart.kernel.journal.publish import publish
from aftercart.stores.models import Channel


@dataclass(frozen=True, kw_only=True)
class ZoneDraft:
    """A zone as it shall be; see :class:`aftercart.delivery.models.Zone`."""

    name: str
    countries: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    transit_min: int = 1
    transit_max: int = 3


@transaction.atomic
def save_method(
    *, channel: Channel, key: str, values: dict[str, Any], zones: Sequence[ZoneDraft] | None, actor: str
) -> ShippingMethod:
    """Add the channel's method with this key or change it; ``zones`` (unless ``None``) replace its zones.

    Raises:
        Refused: when it would go nowhere, a weekday's cut-off is missing everywhere, or a zone runs backwards.
    """
    _check(values, zones)
    method, is_new = ShippingMethod.objects.select_for_update().get_or_create(
        channel=channel, key=key, defaults=values
    )
    changed = list(values) if is_new else [k for k, v in values.items() if getattr(method, k) != v]
    if not is_new and changed:
        for name in changed:
            setattr(method, name, values[name])
        method.save(update_fields=changed)
    if zones is not None and _zones_of(method) != list(zones):
        method.zones.all().delete()
        Zone.objects.bulk_create(
            Zone(method=method, position=position, **_columns(zone)) for position, zone in enumerate(zones)
        )
        changed.append("zones")
    if changed:
        publish(_event(method, changed), actor=actor)
    return method


@transaction.atomic
def remove_method(*, method_id: int, actor: str) -> None:
    """Take a method away for good; promises given by it stay."""
    method = ShippingMethod.objects.select_for_update().filter(pk=method_id).first()
    if method is None:
        return
    publish(_event(method, ["removed"]), actor=actor)
    method.delete()


def _check(values: dict[str, Any], zones: Sequence[ZoneDraft] | None) -> None:
    if "cut_offs" in values and not values["cut_offs"]:
        raise Refused("Name a cut-off for at least one weekday, else nothing is ever sent.")
    if zones is not None and not zones:
        raise Refused("A method needs at least one zone, else it goes nowhere.")
    for zone in zones or ():
        if not 0 <= zone.transit_min <= zone.transit_max <= 120:
            raise Refused(f"In “{zone.name}” the days run from few to many, 120 at most.")


def _zones_of(method: ShippingMethod) -> list[ZoneDraft]:
    return [
        ZoneDraft(
            name=zone.name,
            countries=tuple(zone.countries),
            postcodes=tuple(zone.postcodes),
            transit_min=zone.transit_min,
            transit_max=zone.transit_max,
        )
        for zone in method.zones.all()
    ]


def _columns(zone: ZoneDraft) -> dict[str, Any]:
    return {**asdict(zone), "countries": list(zone.countries), "postcodes": list(zone.postcodes)}


def _event(method: ShippingMethod, fields: Sequence[str]) -> ShippingMethodChanged:
    return ShippingMethodChanged(
        method_id=method.pk, channel_id=method.channel_id, key=method.key, fields=tuple(fields)
    )
