"""The sandbox's webhooks: signed, and delivered as late, as often and as disorderly as its card says."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import timedelta

from django.conf import settings

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import enqueue
from aftercart.payments.models import SandboxIntent, SandboxRefund
from aftercart.payments.providers.sandbox.cards import card_for

DELIVER, SETTLE, SETTLE_REFUND = (
    "payments.sandbox_tells",
    "payments.sandbox_settles",
    "payments.sandbox_returns",
)
HEADER = "Sandbox-Signature"


def webhook_secret(account_id: int) -> str:
    """What the sandbox signs an account's webhooks with; nobody has to copy it from anywhere."""
    text = f"aftercart.payments.sandbox:{account_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def tell_intent(intent: SandboxIntent) -> None:
    """Send word of an intent's state, in the transaction that made it so."""
    card = card_for(intent.card)
    data = {
        "reference": intent.reference,
        "key": intent.key,
        "state": intent.state,
        "step": intent.step,
        "captured_minor": intent.captured_minor,
        "currency": intent.currency,
        "code": intent.code,
    }
    deliveries = card.deliveries if card else 1
    # The word that money came overtakes the earlier ones, which still have to arrive and change nothing.
    late = card is not None and card.is_disordered and intent.state != "captured"
    if card is not None and card.is_disordered and intent.state == "captured":
        _tell(intent.account_id, f"charge.{intent.state}", data, deliveries, timedelta(0))
        _tell(intent.account_id, "charge.pending", data | {"state": "pending", "captured_minor": 0}, 1, LATE)
        return
    _tell(intent.account_id, f"charge.{intent.state}", data, deliveries, LATE if late else timedelta(0))
    if intent.state == "pending" and card is not None:
        enqueue(
            SETTLE,
            {"reference": intent.reference},
            key=f"sandbox:{intent.reference}",
            run_at=clock.now() + timedelta(seconds=card.settles_after),
        )


LATE = timedelta(seconds=3)


def tell_refund(refund: SandboxRefund) -> None:
    """Send word of a refund's state."""
    data = {
        "reference": refund.reference,
        "key": refund.key,
        "charge": refund.intent.reference,
        "state": refund.state,
        "amount_minor": refund.amount_minor,
    }
    _tell(refund.intent.account_id, f"refund.{refund.state}", data, 1, timedelta(0))
    if refund.state == "pending":
        enqueue(
            SETTLE_REFUND,
            {"reference": refund.reference},
            key=f"sandbox:{refund.reference}",
            run_at=clock.now() + timedelta(seconds=15),
        )


def _tell(account_id: int, kind: str, data: dict[str, object], deliveries: int, after: timedelta) -> None:
    now = clock.now()
    event = {
        "id": f"sbe_{secrets.token_urlsafe(18)}",
        "type": kind,
        "created": now.timestamp(),
        "data": data,
    }
    payload = {"account_id": account_id, "body": json.dumps(event)}
    for number in range(deliveries):
        enqueue(DELIVER, payload, run_at=now + after + timedelta(seconds=number))
