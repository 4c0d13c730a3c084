"""Giving back: the amount is reserved on the charge first, then the outbox asks the provider."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.outbox.enqueue import send
from aftercart.payments.accounts import kind_of
from aftercart.payments.actions.lock import lock_charge
from aftercart.payments.models import Refund
from aftercart.payments.rules import Refused, may_refund


@transaction.atomic
def request_refund(
    *,
    charge_id: int,
    amount_minor: int,
    key: str,
    actor: str,
    reason: str = "",
    group: str = "",
    pieces: Sequence[tuple[int, int]] = (),
) -> Refund:
    """Have the provider give back a part of a charge, in minor units; the same ``key`` is the same refund.

    What is on its way counts as gone, so no number of callers at once gets back more than came in. A refund
    of a charge that people settle by hand waits for :func:`mark_refund_sent`.

    Raises:
        Refused: when it exceeds what is left, or the key was used for another refund.
    """
    charge = lock_charge(charge_id)
    known = Refund.objects.filter(key=key).first()
    if known:
        if (known.charge_id, known.amount_minor) != (charge_id, amount_minor):
            raise Refused("This key was used for another refund.")
        return known
    may_refund(
        amount=amount_minor,
        captured=charge.captured_minor,
        refunded=charge.refunded_minor,
        refunding=charge.refunding_minor,
    )
    charge.refunding_minor += amount_minor
    charge.save(update_fields=["refunding_minor"])
    refund = Refund.objects.create(
        charge=charge,
        provider=charge.provider,
        key=key,
        group=group,
        amount_minor=amount_minor,
        reason=reason[:200],
        pieces=[list(piece) for piece in pieces],
        actor=actor,
        created_at=clock.now(),
    )
    if not kind_of(charge.provider).is_manual:
        send(
            "payment-refund",
            {"refund_id": refund.pk},
            key=f"payment-refund:{refund.pk}",
            purpose="transactional",
            channel_id=charge.channel_id,
            customer_id=charge.customer_id,
            subject=charge.about,
            actor=actor,
        )
    return refund
