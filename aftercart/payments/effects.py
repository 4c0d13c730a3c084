"""What the outbox does at providers. The answer is applied before the effect is noted as done, and a repeated call
carries the same key, so a crash between the two pays nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from aftercart.kernel import clock
from aftercart.kernel.outbox.effects import Intent, PermanentError, TemporaryError, effect
from aftercart.kernel.outbox.rules import Sent
from aftercart.payments.accounts import provider_for
from aftercart.payments.actions import apply_event, place_charge, sync_charge
from aftercart.payments.models import Charge, Refund
from aftercart.payments.ports import ChargeNotice, ProviderRefused, ProviderUnreachable, RefundNotice
from aftercart.payments.results import notice_of, refund_notice_of

P = ParamSpec("P")


def _asking(function: Callable[[Intent], Sent | None]) -> Callable[[Intent], Sent | None]:
    """No answer is tried again; a refusal is final."""

    @wraps(function)
    def asked(intent: Intent) -> Sent | None:
        try:
            return function(intent)
        except ProviderUnreachable as silence:
            raise TemporaryError(str(silence)) from silence
        except ProviderRefused as refusal:
            raise PermanentError(str(refusal)) from refusal

    return asked


@effect("payment-refund")
@_asking
def refund(intent: Intent) -> Sent | None:
    """Have the provider give money back; a refusal frees the amount."""
    row = Refund.objects.select_related("charge__account__channel").get(pk=intent.payload["refund_id"])
    if intent.attempt > 1 and row.state == Refund.State.PENDING:
        sync_charge(charge_id=row.charge_id)  # an earlier try may have gone through
        row.refresh_from_db()
    if row.reference or row.state != Refund.State.PENDING:
        return Sent(provider_message_id=row.reference or "")
    charge = row.charge
    try:
        returned = provider_for(charge.account).refund(
            charge.known(), amount_minor=row.amount_minor, key=row.key, reason=row.reason
        )
    except ProviderRefused as refusal:
        failed = RefundNotice(state="failed", at=clock.now(), key=row.key, reason=str(refusal))
        apply_event(provider=charge.provider, notice=failed, actor=row.actor)
        raise
    notice = refund_notice_of(returned, refund=row, at=clock.now())
    apply_event(provider=charge.provider, notice=notice, actor=row.actor)
    return Sent(provider_message_id=returned.reference)


@effect("payment-cancel")
@_asking
def cancel(intent: Intent) -> Sent | None:
    """Have the provider call a charge off; when the money came first, that is what is applied."""
    charge = place_charge(charge_id=intent.payload["charge_id"])
    if not charge.is_open:
        return None
    if not charge.reference:
        raise ProviderUnreachable("The provider has not answered the start of this charge yet.")
    account = Charge.objects.select_related("account__channel").get(pk=charge.pk).account
    result = provider_for(account).cancel(charge.known(), key=f"{charge.key}:cancel")
    notice = (
        ChargeNotice(
            state="cancelled", at=clock.now(), key=charge.key, reason=intent.payload.get("reason", "")
        )
        if result is None
        else notice_of(result, at=clock.now(), key=charge.key)
    )
    apply_event(provider=charge.provider, notice=notice)
    return None


@effect("payment-capture")
@_asking
def capture(intent: Intent) -> Sent | None:
    """Have the provider take what was set aside."""
    charge = Charge.objects.select_related("account__channel").get(pk=intent.payload["charge_id"])
    if charge.state != Charge.State.AUTHORISED:
        return None
    result = provider_for(charge.account).capture(
        charge.known(), amount_minor=intent.payload["amount_minor"], key=f"{charge.key}:capture"
    )
    apply_event(provider=charge.provider, notice=notice_of(result, at=clock.now(), key=charge.key))
    return None
