"""What a word about a charge changes; the caller holds its lock."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercart.kernel.journal.events import Event
from aftercart.kernel.journal.publish import publish
from aftercart.payments.actions.lock import told_of
from aftercart.payments.events import (
    PaymentAuthorised,
    PaymentCancelled,
    PaymentCaptured,
    PaymentFailed,
    PaymentPending,
)
from aftercart.payments.models import Charge
from aftercart.payments.ports import ChargeNotice
from aftercart.payments.rules import OPEN, Standing, merge

PLAIN: dict[str, type[PaymentAuthorised | PaymentPending | PaymentCancelled]] = {
    "pending": PaymentPending,
    "authorised": PaymentAuthorised,
    "cancelled": PaymentCancelled,
}
FIELDS = [
    *("state", "captured_minor", "told_at", "code", "reason", "reference", "settled_reference"),
    *("redirect_url", "instructions", "captured_at", "check_at", "attention"),
]
WAIT = timedelta(minutes=10)


def take_word(charge: Charge, notice: ChargeNotice, *, now: datetime, actor: str) -> None:
    """Move the charge to where the provider's word leads, and tell of it once."""
    before = charge.standing
    told, surplus = _told(charge, notice)
    after = merge(before, told)
    _note(charge, notice, after, now)
    if surplus:
        charge.attention = f"The provider says that {surplus} (minor units) more came than was asked for."
    if before.state != after.state and after.state in OPEN and charge.check_at < now + timedelta(days=365):
        charge.check_at = now + WAIT
    charge.save(update_fields=FIELDS)
    came = after.captured_minor - before.captured_minor
    if came:
        is_late = before.state == "cancelled" or charge.cancel_asked_at is not None
        event: Event = PaymentCaptured(
            **told_of(charge), amount_minor=came, captured_minor=after.captured_minor, is_late=is_late
        )
        _tell(charge, event, f"captured:{after.captured_minor}", actor, now)
    elif after.state != before.state:
        _tell_of_state(charge, after, actor, now)


def _told(charge: Charge, notice: ChargeNotice) -> tuple[Standing, int]:
    """The notice as a standing, and what came beyond what was asked for."""
    captured = notice.captured_minor
    if notice.state == "captured" and not captured:
        captured = charge.amount_minor
    surplus = max(0, captured - charge.amount_minor)
    standing = Standing(
        state=notice.state,
        captured_minor=captured - surplus,
        at=notice.at,
        code=notice.code[:40],
        reason=notice.reason[:300],
    )
    return standing, surplus


def _note(charge: Charge, notice: ChargeNotice, after: Standing, now: datetime) -> None:
    charge.state, charge.captured_minor, charge.told_at = after.state, after.captured_minor, after.at
    charge.code, charge.reason = after.code, after.reason
    charge.reference = charge.reference or notice.reference or None
    charge.settled_reference = notice.settled_reference or charge.settled_reference
    charge.redirect_url = notice.redirect_url or charge.redirect_url
    if notice.instructions:
        charge.instructions = dict(notice.instructions)
    if after.captured_minor and charge.captured_at is None:
        charge.captured_at = now


def _tell_of_state(charge: Charge, after: Standing, actor: str, now: datetime) -> None:
    if after.state == "failed":
        failed = PaymentFailed(
            **told_of(charge), amount_minor=charge.amount_minor, code=after.code, reason=after.reason
        )
        stamp = int(after.at.timestamp()) if after.at else 0
        _tell(charge, failed, f"failed:{stamp}", actor, now)
    elif after.state in PLAIN:
        event = PLAIN[after.state](**told_of(charge), amount_minor=charge.amount_minor)
        _tell(charge, event, after.state, actor, now)


def _tell(charge: Charge, event: Event, what: str, actor: str, now: datetime) -> None:
    publish(event, actor=actor, occurred_at=now, dedupe_key=f"payment:{charge.pk}:{what}")
