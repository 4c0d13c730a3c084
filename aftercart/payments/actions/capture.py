"""Taking money that was set aside."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel.outbox.enqueue import send
from aftercart.payments.actions.lock import lock_charge
from aftercart.payments.models import Charge
from aftercart.payments.rules import Refused


@transaction.atomic
def capture_charge(*, charge_id: int, actor: str, amount_minor: int | None = None) -> Charge:
    """Have the provider capture an authorised charge, all of it or less, once; the rest is let go.

    Raises:
        Refused: when nothing is set aside, or less than is wanted.
    """
    charge = lock_charge(charge_id)
    wanted = charge.amount_minor if amount_minor is None else amount_minor
    if charge.state == Charge.State.CAPTURED:
        return charge
    if charge.state != Charge.State.AUTHORISED:
        raise Refused("Nothing is set aside that could be captured.")
    if not 1 <= wanted <= charge.amount_minor:
        raise Refused(f"Between 1 and {charge.amount_minor} (minor units) can be captured.")
    send(
        "payment-capture",
        {"charge_id": charge.pk, "amount_minor": wanted},
        key=f"payment-capture:{charge.pk}",
        purpose="transactional",
        channel_id=charge.channel_id,
        customer_id=charge.customer_id,
        subject=charge.about,
        actor=actor,
    )
    return charge
