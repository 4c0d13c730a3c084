"""The sandbox behind the port."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from aftercart.kernel import clock
from aftercart.payments.models import SandboxIntent, SandboxRefund
from aftercart.payments.ports import (
    Authorised,
    BadSignature,
    ChargeNotice,
    Declined,
    Known,
    Notice,
    Pending,
    RefundNotice,
    RequiresAction,
    Result,
    Returned,
    Setup,
    Succeeded,
    Wanted,
)
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.telling import HEADER, webhook_secret
from aftercart.payments.signatures import is_signed

WORDS = {
    "declined": "The card was declined.",
    "insufficient_funds": "The card has not enough money.",
    "expired_card": "The card has expired.",
    "lost_card": "The card is reported lost.",
    "wrong_code": "The security code is wrong.",
    "not_authenticated": "The payer refused at their bank.",
    "abandoned": "The payer left without paying.",
}


def sandbox_is_allowed() -> bool:
    """Whether play money may pay here: on a demo's machine, or where the configuration says so."""
    return bool(settings.SANDBOX_PAYMENTS)


class Sandbox:
    """Talks to the sandbox's books as an adapter talks to a provider's servers."""

    def __init__(self, setup: Setup) -> None:
        self._account_id = setup.account_id

    def start(self, wanted: Wanted) -> Result:
        return _result(books.open_intent(self._account_id, wanted))

    def capture(self, charge: Known, *, amount_minor: int, key: str) -> Result:
        return _result(books.capture(charge.reference, amount_minor))

    def cancel(self, charge: Known, *, key: str) -> Result | None:
        intent = books.cancel(charge.reference)
        return None if intent.state == "cancelled" else _result(intent)

    def refund(self, charge: Known, *, amount_minor: int, key: str, reason: str) -> Returned:
        made = books.refund(charge.reference, amount_minor=amount_minor, key=key)
        return Returned(reference=made.reference, state=made.state, reason=_refund_words(made.state))

    def fetch(self, charge: Known) -> Sequence[Notice]:
        intent = SandboxIntent.objects.filter(reference=charge.reference).first()
        if intent is None:
            return []
        notices: list[Notice] = [_charge_notice(_told(intent), at=clock.now(), event_id="", kind="fetched")]
        for made in SandboxRefund.objects.filter(intent=intent):
            told = {
                "reference": made.reference,
                "key": made.key,
                "charge": intent.reference,
                "state": made.state,
                "amount_minor": made.amount_minor,
            }
            notices.append(_refund_notice(told, at=clock.now(), event_id="", kind="fetched"))
        return notices

    def read_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Notice]:
        secret = webhook_secret(self._account_id)
        if not is_signed(headers.get(HEADER, ""), body, secret=secret, now=now):
            raise BadSignature("This is not signed by the sandbox.")
        event = json.loads(body)
        at = datetime.fromtimestamp(event["created"], tz=UTC)
        kind = str(event["type"])
        read = _refund_notice if kind.startswith("refund.") else _charge_notice
        return [read(event["data"], at=at, event_id=event["id"], kind=kind)]


def _told(intent: SandboxIntent) -> dict[str, Any]:
    return {
        "reference": intent.reference,
        "key": intent.key,
        "state": intent.state,
        "captured_minor": intent.captured_minor,
        "currency": intent.currency,
        "code": intent.code,
    }


def _charge_notice(data: Mapping[str, Any], *, at: datetime, event_id: str, kind: str) -> Notice:
    code = str(data.get("code", ""))
    return ChargeNotice(
        state=str(data["state"]),
        at=at,
        event_id=event_id,
        kind=kind,
        reference=str(data["reference"]),
        key=str(data["key"]),
        captured_minor=int(data["captured_minor"]),
        currency=str(data["currency"]),
        code=code,
        reason=WORDS.get(code, ""),
    )


def _refund_notice(data: Mapping[str, Any], *, at: datetime, event_id: str, kind: str) -> Notice:
    return RefundNotice(
        state=str(data["state"]),
        at=at,
        event_id=event_id,
        kind=kind,
        reference=str(data["reference"]),
        settled_reference=str(data["charge"]),
        key=str(data["key"]),
        amount_minor=int(data["amount_minor"]),
        reason=_refund_words(str(data["state"])),
    )


def _refund_words(state: str) -> str:
    return "The bank sent the money back." if state == "failed" else ""


def _result(intent: SandboxIntent) -> Result:
    name = intent.reference
    if intent.state == "captured":
        return Succeeded(reference=name, captured_minor=intent.captured_minor)
    if intent.state == "authorised":
        return Authorised(reference=name)
    if intent.state == "pending":
        return Pending(reference=name)
    if intent.state in {"failed", "cancelled"}:
        code = intent.code or "abandoned"
        return Declined(reference=name, code=code, reason=WORDS.get(code, ""))
    return RequiresAction(reference=name, redirect_url=reverse("payment-sandbox", args=[name]))
