"""Addresses and numbers that nothing is sent to any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from aftercart.kernel import clock
from aftercart.messaging.models import Suppression


@transaction.atomic
def suppress(*, address: str, reason: str, actor: str, detail: str = "") -> Suppression:
    """Send nothing to an address any more; the first reason stays."""
    return Suppression.objects.get_or_create(
        address_key=address_key(address),
        defaults={"reason": reason, "detail": detail[:2000], "actor": actor, "created_at": clock.now()},
    )[0]


@transaction.atomic
def unsuppress(*, address: str, actor: str) -> bool:  # noqa: ARG001 - who did it is part of every action
    """Send to an address again; whether it was suppressed."""
    return Suppression.objects.filter(address_key=address_key(address)).delete()[0] > 0


@transaction.atomic
def forget_suppressions(*, addresses: Iterable[str]) -> int:
    """Forget that addresses were suppressed, for an erasure; how many were."""
    keys = [address_key(address) for address in addresses]
    return Suppression.objects.filter(address_key__in=keys).delete()[0]


def address_key(address: str) -> str:
    """The form under which an address is one mailbox."""
    return address.strip().casefold()
