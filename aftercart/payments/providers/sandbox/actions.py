"""The sandbox's books: what a bank would keep, under the bank's rules. Nothing here knows of the shop's own rows."""

from __future__ import annotations

import hashlib
import json
import secrets

from django.db import IntegrityError, transaction

from aftercart.kernel import clock
from aftercart.payments.models import SandboxIntent, SandboxRefund
from aftercart.payments.ports import ProviderRefused, Wanted
from aftercart.payments.providers.sandbox.cards import Card, card_for
from aftercart.payments.providers.sandbox.telling import tell_intent, tell_refund

ENDED = ("captured", "failed", "cancelled")


@transaction.atomic
def open_intent(account_id: int, wanted: Wanted) -> SandboxIntent:
    """Open an intent, or give back the one that this key opened.

    Raises:
        ProviderRefused: the key came with another body before, or the token is no test card.
    """
    body = [wanted.amount_minor, wanted.currency, wanted.method, wanted.return_url, wanted.token]
    digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    known = SandboxIntent.objects.filter(key=wanted.key).first()
    if known is None:
        try:
            with transaction.atomic():
                return _opened(account_id, wanted, digest)
        except IntegrityError:
            known = SandboxIntent.objects.get(key=wanted.key)
    if known.digest != digest:
        raise ProviderRefused("The sandbox knows this key with another body.")
    return known


def _opened(account_id: int, wanted: Wanted, digest: str) -> SandboxIntent:
    intent = SandboxIntent.objects.create(
        account_id=account_id,
        reference=f"sbx_{secrets.token_urlsafe(18)}",
        key=wanted.key,
        digest=digest,
        amount_minor=wanted.amount_minor,
        currency=wanted.currency,
        description=wanted.description[:200],
        return_url=wanted.return_url,
        captures_now=wanted.capture_now,
        changed_at=clock.now(),
    )
    if wanted.token:
        card = card_for(wanted.token)
        if card is None:
            raise ProviderRefused("The sandbox takes its test cards only.")
        _use(intent, card)
    return intent


@transaction.atomic
def pay(reference: str, card: Card) -> SandboxIntent:
    """The payer typed a card on the sandbox's page."""
    intent = _locked(reference)
    if intent.state == "requires_action":
        _use(intent, card)
    return intent


@transaction.atomic
def answer_bank(reference: str, *, approves: bool) -> SandboxIntent:
    """The payer answered their bank's question (3-D Secure)."""
    intent = _locked(reference)
    if intent.state == "requires_action" and intent.step == "bank":
        if approves:
            _accept(intent, card_for(intent.card))
        else:
            _move(intent, "failed", code="not_authenticated")
    return intent


@transaction.atomic
def settle(reference: str) -> SandboxIntent:
    """Delayed money arrives."""
    intent = _locked(reference)
    if intent.state == "pending":
        _capture(intent, intent.amount_minor)
    return intent


@transaction.atomic
def give_up(reference: str) -> SandboxIntent:
    """The payer left the sandbox's page without paying."""
    intent = _locked(reference)
    if intent.state == "requires_action":
        _move(intent, "cancelled", code="abandoned")
    return intent


@transaction.atomic
def capture(reference: str, amount_minor: int) -> SandboxIntent:
    """Take what was set aside.

    Raises:
        ProviderRefused: nothing is, or less.
    """
    intent = _locked(reference)
    if intent.state == "captured":
        return intent
    if intent.state != "authorised" or not 1 <= amount_minor <= intent.amount_minor:
        raise ProviderRefused("The sandbox has not set this amount aside.")
    _capture(intent, amount_minor)
    return intent


@transaction.atomic
def cancel(reference: str) -> SandboxIntent:
    """Call an intent off; one that has ended stays as it is."""
    intent = _locked(reference)
    if intent.state not in ENDED:
        _move(intent, "cancelled")
    return intent


@transaction.atomic
def refund(reference: str, *, amount_minor: int, key: str) -> SandboxRefund:
    """Give back a part of what was captured, once per key.

    Raises:
        ProviderRefused: it is more than is left, or the key came with another amount before.
    """
    intent = _locked(reference)
    known = SandboxRefund.objects.filter(key=key).first()
    if known is not None:
        if (known.intent_id, known.amount_minor) != (intent.pk, amount_minor):
            raise ProviderRefused("The sandbox knows this key with another refund.")
        return known
    left = intent.captured_minor - intent.refunded_minor
    if not 1 <= amount_minor <= left:
        raise ProviderRefused(f"The sandbox can give back {left} (minor units) at most.")
    card = card_for(intent.card)
    made = SandboxRefund.objects.create(
        intent=intent,
        reference=f"sbr_{secrets.token_urlsafe(18)}",
        key=key,
        amount_minor=amount_minor,
        state=card.returns if card else "succeeded",
        changed_at=clock.now(),
    )
    if made.state != "failed":
        intent.refunded_minor += amount_minor
        intent.save(update_fields=["refunded_minor"])
    tell_refund(made)
    return made


@transaction.atomic
def settle_refund(reference: str) -> SandboxRefund:
    """A refund that took its time has arrived."""
    made = SandboxRefund.objects.select_for_update().select_related("intent").get(reference=reference)
    if made.state == "pending":
        made.state, made.changed_at = "succeeded", clock.now()
        made.save(update_fields=["state", "changed_at"])
        tell_refund(made)
    return made


def _locked(reference: str) -> SandboxIntent:
    try:
        return SandboxIntent.objects.select_for_update().get(reference=reference)
    except SandboxIntent.DoesNotExist as nothing:
        raise ProviderRefused("The sandbox knows no such payment.") from nothing


def _use(intent: SandboxIntent, card: Card) -> None:
    intent.card = card.number
    if card.code:
        _move(intent, "failed", code=card.code)
    elif card.asks:
        intent.step = "bank"
        _move(intent, "requires_action")
    else:
        _accept(intent, card)


def _accept(intent: SandboxIntent, card: Card | None) -> None:
    if card is not None and card.settles_after:
        _move(intent, "pending")
    elif intent.captures_now:
        _capture(intent, intent.amount_minor)
    else:
        _move(intent, "authorised")


def _capture(intent: SandboxIntent, amount_minor: int) -> None:
    intent.captured_minor = amount_minor
    _move(intent, "captured")


def _move(intent: SandboxIntent, state: str, code: str = "") -> None:
    intent.state, intent.code, intent.changed_at = state, code, clock.now()
    intent.save()
    tell_intent(intent)
