"""What a word about a refund changes; the caller holds the charge's lock."""

from __future__ import annotations

from datetime import datetime

from aftercart.kernel.journal.events import Event
from aftercart.kernel.journal.publish import publish
from aftercart.payments.actions.lock import told_of
from aftercart.payments.events import PaymentRefunded, PaymentRefundFailed
from aftercart.payments.models import Charge, Refund
from aftercart.payments.ports import RefundNotice
from aftercart.payments.rules import merge_refund


def take_refund_word(charge: Charge, notice: RefundNotice, *, now: datetime, actor: str) -> None:
    """Move a refund to where the provider's word leads. One we did not ask for (made at the provider) is taken in."""
    refund = _refund(charge, notice) or _adopted(charge, notice, now)
    if refund is None:
        return
    before = refund.state
    after = merge_refund(before, notice.state)
    refund.reference = refund.reference or notice.reference or None
    refund.state = after
    if after != before:
        refund.settled_at = now
        refund.failure = notice.reason[:300] if after == "failed" else ""
    refund.save(update_fields=["reference", "state", "settled_at", "failure"])
    if after != before:
        _move(charge, refund.amount_minor, before, after)
        _tell(charge, refund, was_done=before == "succeeded", actor=actor, now=now)


def _refund(charge: Charge, notice: RefundNotice) -> Refund | None:
    rows = Refund.objects.filter(charge=charge)
    found = rows.filter(key=notice.key).first() if notice.key else None
    if found is None and notice.reference:
        found = rows.filter(reference=notice.reference).first()
    return found


def _adopted(charge: Charge, notice: RefundNotice, now: datetime) -> Refund | None:
    """A refund made by somebody at the provider. It takes its amount like ours; one that failed took nothing."""
    if notice.state == "failed" or not notice.reference or notice.amount_minor < 1:
        return None
    if notice.amount_minor > charge.refundable_minor:
        charge.attention = "The provider gave back more than came in, by its own account. Look there."
        charge.save(update_fields=["attention"])
        return None
    refund = Refund.objects.create(
        charge=charge,
        provider=charge.provider,
        key=f"{charge.provider}:{notice.reference}"[:160],
        reference=notice.reference,
        amount_minor=notice.amount_minor,
        reason="Made at the provider",
        actor="system",
        created_at=now,
    )
    charge.refunding_minor += refund.amount_minor
    charge.save(update_fields=["refunding_minor"])
    return refund


def _move(charge: Charge, amount: int, before: str, after: str) -> None:
    """The amount between the charge's sums: on its way, gone, or free again."""
    if before == "pending":
        charge.refunding_minor -= amount
    if after == "succeeded":
        charge.refunded_minor += amount
    elif before == "succeeded":
        charge.refunded_minor -= amount
    charge.save(update_fields=["refunding_minor", "refunded_minor"])


def _tell(charge: Charge, refund: Refund, *, was_done: bool, actor: str, now: datetime) -> None:
    told = told_of(charge) | {"refund_id": refund.pk, "amount_minor": refund.amount_minor}
    event: Event = (
        PaymentRefunded(**told)
        if refund.state == "succeeded"
        else PaymentRefundFailed(**told, reason=refund.failure, was_done=was_done)
    )
    publish(event, actor=actor, occurred_at=now, dedupe_key=f"payment-refund:{refund.pk}:{refund.state}")
