"""Calling a charge off; money that comes nonetheless is late, and told so."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.outbox.enqueue import send
from aftercart.payments.accounts import kind_of
from aftercart.payments.actions.charges import take_word
from aftercart.payments.actions.lock import lock_charge
from aftercart.payments.models import Charge
from aftercart.payments.ports import ChargeNotice


@transaction.atomic
def cancel_charge(*, charge_id: int, actor: str, reason: str = "") -> Charge:
    """Call off a charge whose end is not known; one that has ended stays as it is.

    The provider is asked through the outbox. Until it agrees the charge is open: the payer may have paid this
    very moment.
    """
    charge = lock_charge(charge_id)
    if not charge.is_open or charge.cancel_asked_at is not None:
        return charge
    charge.cancel_asked_at = clock.now()
    charge.save(update_fields=["cancel_asked_at"])
    if kind_of(charge.provider).is_manual:
        notice = ChargeNotice(state="cancelled", at=charge.cancel_asked_at, reason=reason)
        take_word(charge, notice, now=charge.cancel_asked_at, actor=actor)
        return charge
    send(
        "payment-cancel",
        {"charge_id": charge.pk, "reason": reason[:200]},
        key=f"payment-cancel:{charge.pk}",
        purpose="transactional",
        channel_id=charge.channel_id,
        customer_id=charge.customer_id,
        subject=charge.about,
        actor=actor,
    )
    return charge
