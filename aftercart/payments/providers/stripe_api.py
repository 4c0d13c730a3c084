"""Stripe behind the port, by its own SDK: Payment Intents, Checkout as the page where a payer types, refunds.

Card data never passes through the shop. Without a ``token`` the payer is sent to a Checkout Session, whose page works
on any phone, needs no script of ours and brings the wallets along; under it lies a Payment Intent. With a ``token``
(a ``pm_...`` that Stripe keeps) the Payment Intent is confirmed at once, and 3-D Secure is a redirect.
https://docs.stripe.com/api/payment_intents, https://docs.stripe.com/api/idempotent_requests
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import stripe
from django.conf import settings

from aftercart.kernel import clock
from aftercart.payments.ports import (
    BadSignature,
    Known,
    Notice,
    ProviderRefused,
    ProviderUnreachable,
    Result,
    Returned,
    Setup,
    Wanted,
)
from aftercart.payments.providers.stripe_words import (
    REFUND_STATES,
    charge_notice,
    intent_result,
    notices_of,
    refund_notice,
    session_notice,
    session_result,
    to_stripe,
)

TIMEOUT = 20.0
TOLERANCE = 300  # seconds; Stripe's own default
LANGUAGES = {"en", "pl", "ja", "ru", "th"}
REASONS = {"duplicate": "duplicate", "fraudulent": "fraudulent"}


class Stripe:
    """Calls Stripe with a channel's keys."""

    def __init__(self, setup: Setup) -> None:
        self._webhook_secret = setup.secrets.get("webhook_secret", "")
        self._key = setup.secrets.get("secret_key", "")
        self._base = str(setup.settings.get("api_base", "")) if setup.is_test else ""

    def start(self, wanted: Wanted) -> Result:
        if wanted.token:
            return self._confirm(wanted)
        back = f"{settings.BASE_URL}{wanted.return_url}"
        params: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": wanted.key,
            "payment_method_types": [wanted.method],
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": wanted.currency.lower(),
                        "unit_amount": to_stripe(wanted.amount_minor, wanted.currency),
                        "product_data": {"name": wanted.description or "Payment"},
                    },
                }
            ],
            "payment_intent_data": {
                "metadata": {"aftercart_key": wanted.key, "via": "checkout"},
                "capture_method": "automatic" if wanted.capture_now else "manual",
            },
            "success_url": back,
            "cancel_url": back,
            "locale": wanted.language if wanted.language in LANGUAGES else "auto",
        }
        if wanted.email:
            params["customer_email"] = wanted.email
        with _asking():
            made = self._client().v1.checkout.sessions.create(params, _once(wanted.key))  # type: ignore[arg-type]
        return session_result(_plain(made))

    def _confirm(self, wanted: Wanted) -> Result:
        params: dict[str, Any] = {
            "amount": to_stripe(wanted.amount_minor, wanted.currency),
            "currency": wanted.currency.lower(),
            "payment_method": wanted.token,
            "payment_method_types": [wanted.method],
            "confirm": True,
            "description": wanted.description,
            "return_url": f"{settings.BASE_URL}{wanted.return_url}",
            "metadata": {"aftercart_key": wanted.key},
            "capture_method": "automatic" if wanted.capture_now else "manual",
        }
        try:
            with _asking():
                made = self._client().v1.payment_intents.create(params, _once(wanted.key))  # type: ignore[arg-type]
        except stripe.CardError as declined:
            return _declined(declined)
        return intent_result(_plain(made))

    def capture(self, charge: Known, *, amount_minor: int, key: str) -> Result:
        params: dict[str, Any] = {"amount_to_capture": to_stripe(amount_minor, charge.currency)}
        with _asking():
            intent = self._intent_of(charge)
            made = self._client().v1.payment_intents.capture(intent, params, _once(key))  # type: ignore[arg-type]
        return intent_result(_plain(made))

    def cancel(self, charge: Known, *, key: str) -> Result | None:
        client = self._client()
        try:
            with _asking():
                if charge.reference.startswith("cs_"):
                    client.v1.checkout.sessions.expire(charge.reference, {}, _once(key))
                else:
                    client.v1.payment_intents.cancel(charge.reference, {}, _once(key))
        except ProviderRefused:
            return self._came_first(charge)  # it has ended already: how, Stripe knows
        return None

    def _came_first(self, charge: Known) -> Result | None:
        found = self._standing(charge)
        if found["object"] == "checkout.session":
            return None if found["status"] == "expired" else session_result(found)
        return None if found["status"] == "canceled" else intent_result(found)

    def refund(self, charge: Known, *, amount_minor: int, key: str, reason: str) -> Returned:
        params: dict[str, Any] = {
            "amount": to_stripe(amount_minor, charge.currency),
            "metadata": {"aftercart_key": key},
            "reason": REASONS.get(reason, "requested_by_customer"),
        }
        with _asking():
            params["payment_intent"] = self._intent_of(charge)
            made = _plain(self._client().v1.refunds.create(params, _once(key)))  # type: ignore[arg-type]
        return Returned(
            reference=made["id"],
            state=REFUND_STATES[made["status"]],
            reason=str(made.get("failure_reason") or ""),
        )

    def fetch(self, charge: Known) -> Sequence[Notice]:
        now = clock.now()
        found = self._standing(charge)
        if found["object"] == "checkout.session":
            first = session_notice(found, at=now)
            inner = found.get("payment_intent")
            intent = inner["id"] if isinstance(inner, dict) else inner
            notices: list[Notice] = [first]
            if isinstance(inner, dict) and found["status"] == "complete":
                notices.append(charge_notice(inner, at=now))
        else:
            notices, intent = [charge_notice(found, at=now)], found["id"]
        if intent:
            with _asking():
                rows = self._client().v1.refunds.list({"payment_intent": intent, "limit": 100})
            notices += [refund_notice(row, at=now) for row in _plain(rows)["data"]]
        return notices

    def read_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Notice]:
        if not self._webhook_secret:
            raise BadSignature("No signing secret is set.")
        try:
            stripe.WebhookSignature.verify_header(
                body.decode(), headers.get("Stripe-Signature", ""), self._webhook_secret, TOLERANCE
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError) as error:
            raise BadSignature(str(error)) from error
        return notices_of(json.loads(body))

    def _standing(self, charge: Known) -> dict[str, Any]:
        client = self._client()
        with _asking():
            if charge.reference.startswith("cs_"):
                wanted: Any = {"expand": ["payment_intent"]}
                return _plain(client.v1.checkout.sessions.retrieve(charge.reference, wanted))
            return _plain(client.v1.payment_intents.retrieve(charge.reference))

    def _intent_of(self, charge: Known) -> str:
        """The Payment Intent's name, also when only its Checkout Session is known."""
        if charge.settled_reference or charge.reference.startswith("pi_"):
            return charge.settled_reference or charge.reference
        inner = self._standing(charge).get("payment_intent")
        name = inner["id"] if isinstance(inner, dict) else inner
        if not name:
            raise ProviderRefused("Nothing was paid in this Checkout Session.")
        return str(name)

    def _client(self) -> stripe.StripeClient:
        if not self._key:
            raise ProviderUnreachable("Stripe's secret key is not set.")
        base: Any = {"api": self._base} if self._base else {}
        return stripe.StripeClient(
            self._key,
            base_addresses=base,
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=1,
        )


def _once(key: str) -> Any:
    return {"idempotency_key": key}


def _plain(answer: Any) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(str(answer))
    return kept


def _declined(error: stripe.CardError) -> Result:
    body: Any = error.json_body or {}
    told: dict[str, Any] = body.get("error", {})
    intent: dict[str, Any] = dict(told.get("payment_intent") or {})
    if intent.get("status") == "succeeded":  # an older attempt under the same key
        return intent_result(intent)
    intent.setdefault("id", "")
    intent["status"] = "requires_payment_method"
    intent.setdefault("last_payment_error", told)
    return intent_result(intent)


@contextmanager
def _asking() -> Iterator[None]:
    """The SDK's errors as the port's: not known, or certainly not done."""
    try:
        yield
    except stripe.CardError:
        raise
    except stripe.InvalidRequestError as error:
        raise ProviderRefused(error.user_message or str(error)) from error
    except stripe.IdempotencyError as error:
        if error.http_status == 409:  # another call with this key is still at work
            raise ProviderUnreachable(str(error)) from error
        raise ProviderRefused(str(error)) from error
    except stripe.StripeError as error:
        raise ProviderUnreachable(str(error)) from error
