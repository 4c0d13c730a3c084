"""Stripe's objects in the port's words; pure, on the JSON as its API documents it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aftercart.payments.ports import (
    Authorised,
    ChargeNotice,
    Declined,
    Notice,
    Pending,
    RefundNotice,
    RequiresAction,
    Result,
    Succeeded,
)
from aftercart.payments.results import notice_of

Json = Mapping[str, Any]

# Two decimals in Stripe's API although ISO 4217 gives them none: https://docs.stripe.com/currencies#special-cases
HUNDREDFOLD = frozenset({"ISK", "UGX"})

REFUND_STATES = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
CODES = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired_card",
    "incorrect_number": "wrong_number",
    "invalid_number": "wrong_number",
    "incorrect_cvc": "wrong_code",
    "invalid_cvc": "wrong_code",
    "lost_card": "lost_card",
    "stolen_card": "lost_card",
    "authentication_required": "not_authenticated",
    "payment_intent_authentication_failure": "not_authenticated",
    "card_velocity_exceeded": "limit_exceeded",
    "withdrawal_count_limit_exceeded": "limit_exceeded",
    "processing_error": "try_again",
    "issuer_not_available": "try_again",
    "try_again_later": "try_again",
}


def to_stripe(minor: int, currency: str) -> int:
    """Our minor units as Stripe counts them."""
    return minor * 100 if currency.upper() in HUNDREDFOLD else minor


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's amount in our minor units."""
    return amount // 100 if currency.upper() in HUNDREDFOLD else amount


def intent_result(intent: Json) -> Result:
    """A Payment Intent as the answer to a call."""
    name, status = str(intent["id"]), intent["status"]
    if status == "succeeded":
        return Succeeded(reference=name, captured_minor=_received(intent), settled_reference=name)
    if status == "requires_capture":
        return Authorised(reference=name, settled_reference=name)
    if status == "requires_action":
        action = intent.get("next_action") or {}
        url = (action.get("redirect_to_url") or {}).get("url", "")
        return RequiresAction(reference=name, redirect_url=url, settled_reference=name)
    if status == "processing":
        return Pending(reference=name, settled_reference=name)
    code, reason = decline_of(intent)
    return Declined(reference=name, code=code, reason=reason, settled_reference=name)


def session_result(session: Json) -> Result:
    """A Checkout Session as the answer to a call."""
    name, inner = str(session["id"]), _inner(session)
    if session["status"] == "open":
        return RequiresAction(reference=name, redirect_url=str(session["url"]), settled_reference=inner)
    if session["status"] == "expired":
        return Declined(reference=name, code="abandoned", settled_reference=inner)
    if session["payment_status"] == "paid":
        total = from_stripe(int(session["amount_total"]), str(session["currency"]))
        return Succeeded(reference=name, captured_minor=total, settled_reference=inner)
    return Pending(reference=name, settled_reference=inner)


def session_notice(session: Json, *, at: datetime, **event: str) -> ChargeNotice:
    """What a Checkout Session says of its charge; one that expired is called off."""
    told = notice_of(session_result(session), at=at, key=str(session.get("client_reference_id") or ""))
    state = "cancelled" if session["status"] == "expired" else told.state
    return _with(told, state=state, currency=str(session.get("currency") or "").upper(), **event)


def charge_notice(intent: Json, *, at: datetime, **event: str) -> ChargeNotice:
    """What a Payment Intent says of its charge. A decline on a Checkout page is no end: it may be tried again there."""
    told = notice_of(intent_result(intent), at=at, key=_key(intent))
    state, reference = told.state, told.reference
    if intent["status"] == "canceled":
        state = "cancelled"
    if (intent.get("metadata") or {}).get("via") == "checkout":
        reference = ""
        state = "requires_action" if state == "failed" else state
    return _with(
        told, state=state, reference=reference, currency=str(intent.get("currency") or "").upper(), **event
    )


def refund_notice(refund: Json, *, at: datetime, **event: str) -> RefundNotice:
    """What a refund says of itself."""
    return RefundNotice(
        state=REFUND_STATES[refund["status"]],
        at=at,
        reference=str(refund["id"]),
        settled_reference=str(refund.get("payment_intent") or ""),
        key=_key(refund),
        amount_minor=from_stripe(int(refund["amount"]), str(refund["currency"])),
        reason=str(refund.get("failure_reason") or ""),
        **event,
    )


def notices_of(event: Json) -> Sequence[Notice]:
    """What a webhook event says; nothing for kinds that are not about money moving."""
    at = datetime.fromtimestamp(int(event["created"]), tz=UTC)
    thing, told = event["data"]["object"], {"event_id": str(event["id"]), "kind": str(event["type"])}
    kind = told["kind"]
    if kind.startswith("payment_intent."):
        return [charge_notice(thing, at=at, **told)] if kind != "payment_intent.created" else []
    if kind.startswith("checkout.session."):
        notice = session_notice(thing, at=at, **told)
        if kind == "checkout.session.async_payment_failed":
            notice = _with(notice, state="failed", code="declined")
        return [notice]
    if kind.startswith("refund."):
        return [refund_notice(thing, at=at, **told)]
    return []


def decline_of(intent: Json) -> tuple[str, str]:
    """Why a Payment Intent did not come to money: our code, and Stripe's words."""
    error = intent.get("last_payment_error") or {}
    raw = str(error.get("decline_code") or error.get("code") or "")
    return CODES.get(raw, "declined" if raw or error else "abandoned"), str(error.get("message") or "")


def _received(intent: Json) -> int:
    return from_stripe(int(intent.get("amount_received") or 0), str(intent.get("currency") or ""))


def _inner(session: Json) -> str:
    inner = session.get("payment_intent")
    return str(inner["id"]) if isinstance(inner, dict) else str(inner or "")


def _key(thing: Json) -> str:
    return str((thing.get("metadata") or {}).get("aftercart_key", ""))


def _with(notice: ChargeNotice, **values: Any) -> ChargeNotice:
    fields = {name: getattr(notice, name) for name in notice.__dataclass_fields__}
    return ChargeNotice(**(fields | values))
