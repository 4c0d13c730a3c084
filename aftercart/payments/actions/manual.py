"""What people do where no provider does it: money seen on the bank's statement, money sent back by hand."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.payments.accounts import kind_of
from aftercart.payments.actions.apply import apply_event
from aftercart.payments.actions.lock import lock_charge
from aftercart.payments.models import Charge, ProviderEvent, Refund
from aftercart.payments.ports import ChargeNotice, RefundNotice
from aftercart.payments.rules import Refused


@transaction.atomic
def mark_received(*, charge_id: int, amount_minor: int, key: str, actor: str) -> Charge:
    """Note that money came for a bank transfer or was collected at the door, minor units; once per ``key``.

    Raises:
        Refused: when a provider settles the charge, or more came than is still open.
    """
    charge = lock_charge(charge_id)
    if not kind_of(charge.provider).is_manual:
        raise Refused("The provider itself says when this money comes.")
    event_id = f"received:{charge.pk}:{key}"[:160]
    if ProviderEvent.objects.filter(provider=charge.provider, event_id=event_id).exists():
        return charge
    left = charge.amount_minor - charge.captured_minor
    if not 1 <= amount_minor <= left:
        raise Refused(f"Between 1 and {left} (minor units) are still open on this payment.")
    notice = ChargeNotice(
        state="captured",
        at=clock.now(),
        event_id=event_id,
        kind="received",
        key=charge.key,
        captured_minor=charge.captured_minor + amount_minor,
    )
    return apply_event(provider=charge.provider, notice=notice, actor=actor) or charge


@transaction.atomic
def mark_refund_sent(*, refund_id: int, actor: str, went: bool = True, reason: str = "") -> Refund:
    """Note that a refund by hand was transferred, or (``went=False``) that it cannot be, which frees its amount.

    Raises:
        Refused: when a provider makes the refund.
    """
    refund = Refund.objects.get(pk=refund_id)
    if not kind_of(refund.provider).is_manual:
        raise Refused("The provider itself says when this money has gone back.")
    state = "succeeded" if went else "failed"
    notice = RefundNotice(state=state, at=clock.now(), key=refund.key, reason=reason)
    apply_event(provider=refund.provider, notice=notice, actor=actor)
    refund.refresh_from_db()
    return refund
