"""Asking the provider about charges and refunds that hang: a webhook may be lost, a process may have died."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from aftercart.kernel import clock
from aftercart.payments.accounts import kind_of, provider_for
from aftercart.payments.actions.apply import apply_event
from aftercart.payments.actions.cancel import cancel_charge
from aftercart.payments.actions.start import place_charge
from aftercart.payments.models import Charge, Refund
from aftercart.payments.ports import ChargeNotice, ProviderRefused, ProviderUnreachable

log = logging.getLogger(__name__)
PAUSE, LONGEST = timedelta(minutes=10), timedelta(hours=12)
ABANDONED = timedelta(hours=24)
KEYS_LIVE = timedelta(hours=20)
REFUND_WAITS = timedelta(hours=1)
BATCH = 100


def sync_charge(*, charge_id: int) -> Charge:
    """Ask the provider how a charge and its refunds stand, and apply it; not inside a transaction.

    Raises:
        ProviderUnreachable: when it does not answer.
    """
    charge = Charge.objects.select_related("account__channel").get(pk=charge_id)
    if kind_of(charge.provider).is_manual:
        return charge
    if not charge.reference:
        return _ask_again(charge)
    for notice in provider_for(charge.account).fetch(charge.known()):
        apply_event(provider=charge.provider, notice=notice)
    return Charge.objects.get(pk=charge_id)


def reconcile(*, now: datetime) -> int:
    """Sync what hangs, call off what was abandoned; how many charges were looked at."""
    due = list(Charge.objects.hanging(now).values_list("pk", flat=True)[:BATCH])
    slow = Refund.objects.filter(
        state=Refund.State.PENDING, created_at__lt=now - REFUND_WAITS, charge__check_at__lte=now
    )
    due += [pk for pk in slow.values_list("charge_id", flat=True).distinct()[:BATCH] if pk not in due]
    for charge_id in due:
        try:
            charge = sync_charge(charge_id=charge_id)
        except (ProviderUnreachable, ProviderRefused) as silence:
            log.warning("charge %s: %s", charge_id, silence)
            charge = Charge.objects.get(pk=charge_id)
        _look_later(charge, now)
        if charge.state == Charge.State.REQUIRES_ACTION and now - charge.created_at > ABANDONED:
            cancel_charge(charge_id=charge.pk, actor="system", reason="Nobody came to pay.")
    return len(due)


def _look_later(charge: Charge, now: datetime) -> None:
    pause = min(PAUSE * (1 << min(charge.checks, 10)), LONGEST)
    Charge.objects.filter(pk=charge.pk).update(check_at=now + pause, checks=charge.checks + 1)


def _ask_again(charge: Charge) -> Charge:
    """The start was never answered. Keys live a day at providers: later it might be a second charge."""
    if charge.state != Charge.State.CREATED:
        return charge
    if clock.now() - charge.created_at < KEYS_LIVE:
        return place_charge(charge_id=charge.pk)
    notice = ChargeNotice(
        state="failed",
        at=charge.created_at,
        key=charge.key,
        code="abandoned",
        reason="The provider never answered. Should it have taken the money, it will say so.",
    )
    return apply_event(provider=charge.provider, notice=notice) or charge
