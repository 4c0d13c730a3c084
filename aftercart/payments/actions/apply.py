"""The one way by which anything a provider says changes a charge: webhook, return page, answer, reconciliation."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from aftercart.kernel import clock
from aftercart.payments.actions.charges import take_word
from aftercart.payments.actions.lock import lock_charge
from aftercart.payments.actions.refunds import take_refund_word
from aftercart.payments.models import Charge, ProviderEvent, Refund
from aftercart.payments.ports import ChargeNotice, Notice, RefundNotice

log = logging.getLogger(__name__)
FUTURE = timedelta(minutes=5)


@transaction.atomic
def apply_event(
    *,
    provider: str,
    notice: Notice,
    raw: str = "",
    account_ids: tuple[int, ...] = (),
    actor: str = "system",
) -> Charge | None:
    """Apply what a provider says, under the charge's row lock; the charge, or ``None`` when it is not ours.

    An event with an id is applied once; words in any order and any number lead to the same standing
    (:func:`rules.merge`). ``account_ids`` are those whose secret the notice was verified with: it reaches no
    other's charges. What names no charge of ours is kept unapplied.
    """
    now = clock.now()
    event = _event(provider, notice, raw, now) if notice.event_id else None
    if event is not None and event.applied_at is not None:
        return event.charge
    charge_id = _find(provider, notice, account_ids)
    if charge_id is None:
        log.warning("%s: %s %s names no charge of ours", provider, notice.kind, notice.event_id)
        return None
    charge = lock_charge(charge_id)
    if isinstance(notice, ChargeNotice):
        take_word(charge, notice, now=now, actor=actor)
    else:
        take_refund_word(charge, notice, now=now, actor=actor)
    if event is not None:
        event.charge, event.applied_at = charge, now
        event.save(update_fields=["charge", "applied_at"])
    return charge


def _event(provider: str, notice: Notice, raw: str, now: datetime) -> ProviderEvent:
    row, _ = ProviderEvent.objects.get_or_create(
        provider=provider,
        event_id=notice.event_id,
        defaults={
            "kind": notice.kind,
            "raw": raw,
            "occurred_at": min(notice.at, now + FUTURE),
            "received_at": now,
        },
    )
    return row


def _find(provider: str, notice: Notice, account_ids: tuple[int, ...]) -> int | None:
    if isinstance(notice, RefundNotice):
        ours = Refund.objects.filter(_named(notice), provider=provider)
        if account_ids:
            ours = ours.filter(charge__account_id__in=account_ids)
        found = ours.values_list("charge_id", flat=True).first()
        if found is not None or not notice.settled_reference:
            return found
        named = Q(settled_reference=notice.settled_reference) | Q(reference=notice.settled_reference)
    else:
        named = _named(notice)
    charges = Charge.objects.filter(named, provider=provider)
    if account_ids:
        charges = charges.filter(account_id__in=account_ids)
    return charges.order_by("id").values_list("pk", flat=True).first()


def _named(notice: Notice) -> Q:
    """By our key, which only our own requests carry, or the provider's own names."""
    named = Q(pk__in=[])
    if notice.key:
        named |= Q(key=notice.key)
    if notice.reference:
        named |= Q(reference=notice.reference)
    if notice.settled_reference and isinstance(notice, ChargeNotice):
        named |= Q(settled_reference=notice.settled_reference)
    return named
