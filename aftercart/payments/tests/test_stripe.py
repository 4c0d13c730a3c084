"""The Stripe adapter over real HTTP, against a Stripe of our own that is as strict as the documentation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from aftercart.kernel import clock
from aftercart.kernel.journal.testing import published
from aftercart.payments.actions import (
    cancel_charge,
    capture_charge,
    place_charge,
    reconcile,
    request_refund,
    sync_charge,
)
from aftercart.payments.models import Account, Charge, ProviderEvent, Refund
from aftercart.payments.providers.stripe_words import from_stripe, to_stripe
from aftercart.payments.testing import make_account, make_charge, settle_everything
from aftercart.payments.tests.fake_stripe import KEY, SECRET, FakeStripe, event, serving, signature

pytestmark = pytest.mark.django_db
DOOR = "/webhooks/payments/stripe/"


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with serving() as running:
        yield running


@pytest.fixture
def account(fake: FakeStripe) -> Account:
    return make_account(
        "stripe",
        settings={"api_base": fake.base},
        secrets={"secret_key": KEY, "webhook_secret": SECRET},
    )


def tell(client: Client, kind: str, thing: dict[str, object], **values: object) -> int:
    body = event(kind, thing, **values)  # type: ignore[arg-type]
    return client.post(
        DOOR, body, content_type="application/json", headers={"Stripe-Signature": signature(body)}
    ).status_code


def test_a_card_is_typed_at_stripe_and_the_webhook_pays(
    fake: FakeStripe, account: Account, client: Client
) -> None:
    charge = make_charge(account=account)
    assert charge.state == "requires_action"
    assert charge.redirect_url == f"{fake.base}/pay/{charge.reference}"
    intent = fake.pay_session(charge.reference or "")
    assert tell(client, "payment_intent.succeeded", intent) == 200
    charge.refresh_from_db()
    assert (charge.state, charge.captured_minor, charge.settled_reference) == ("captured", 5000, intent["id"])
    assert tell(client, "checkout.session.completed", fake.sessions[charge.reference or ""]) == 200
    assert tell(client, "payment_intent.succeeded", intent) == 200
    assert len(published("PaymentCaptured")) == 1
    assert ProviderEvent.objects.count() == 2


def test_the_return_page_asks_stripe_when_the_webhook_is_late(fake: FakeStripe, account: Account) -> None:
    charge = make_charge(account=account)
    fake.pay_session(charge.reference or "")
    assert sync_charge(charge_id=charge.pk).captured_minor == 5000


def test_a_decline_on_the_checkout_page_is_no_end(fake: FakeStripe, account: Account, client: Client) -> None:
    charge = make_charge(account=account)
    intent = fake.pay_session(charge.reference or "")
    declined = intent | {
        "status": "requires_payment_method",
        "last_payment_error": {"code": "card_declined", "message": "No."},
    }
    assert tell(client, "payment_intent.payment_failed", declined, number="first") == 200
    charge.refresh_from_db()
    assert charge.state == "requires_action"
    tell(client, "payment_intent.succeeded", intent)
    charge.refresh_from_db()
    assert charge.state == "captured"


@pytest.mark.parametrize(
    ("token", "state", "code"),
    [
        ("pm_card_visa", "captured", ""),
        ("pm_card_chargeDeclinedInsufficientFunds", "failed", "insufficient_funds"),
        ("pm_card_threeDSecureRequired", "requires_action", ""),
    ],
)
def test_a_kept_card_is_confirmed_as_a_payment_intent(
    account: Account, token: str, state: str, code: str
) -> None:
    charge = make_charge(token, account=account)
    assert (charge.state, charge.code) == (state, code)
    assert (charge.reference or "").startswith("pi_")


def test_money_set_aside_is_captured_in_part_once(fake: FakeStripe, account: Account) -> None:
    charge = make_charge("pm_card_visa", account=account, captures_now=False)
    assert charge.state == "authorised"
    for _ in range(2):
        capture_charge(charge_id=charge.pk, amount_minor=3000, actor="test")
        settle_everything()
    charge.refresh_from_db()
    assert (charge.state, charge.captured_minor) == ("captured", 3000)


def test_a_refund_goes_once_although_the_connection_was_cut_after_it_went(
    fake: FakeStripe, account: Account
) -> None:
    charge = make_charge("pm_card_visa", account=account)
    refund = request_refund(charge_id=charge.pk, amount_minor=2000, key="r", actor="test")
    fake.cut.add("/v1/refunds")
    settle_everything(rounds=1)
    refund.refresh_from_db()
    assert (refund.state, len(fake.refunds)) == ("pending", 1)
    fake.cut.clear()
    assert sync_charge(charge_id=charge.pk).refunded_minor == 2000
    refund.refresh_from_db()
    assert (refund.state, len(fake.refunds)) == ("succeeded", 1)


def test_what_stripe_refuses_frees_the_amount(fake: FakeStripe, account: Account) -> None:
    charge = make_charge("pm_card_visa", account=account)
    fake.intents[charge.reference or ""]["amount_received"] = 100
    request_refund(charge_id=charge.pk, amount_minor=2000, key="r", actor="test")
    settle_everything()
    charge.refresh_from_db()
    assert charge.refundable_minor == 5000
    assert "greater than" in Refund.objects.get().failure
    assert len(published("PaymentRefundFailed")) == 1


def test_a_refund_made_at_stripe_is_taken_in(fake: FakeStripe, account: Account, client: Client) -> None:
    charge = make_charge("pm_card_visa", account=account)
    thing = {
        "id": "re_x",
        "object": "refund",
        "status": "succeeded",
        "amount": 700,
        "currency": "eur",
        "payment_intent": charge.reference,
        "metadata": {},
    }
    for _ in range(2):
        assert tell(client, "refund.created", thing) == 200
    charge.refresh_from_db()
    assert charge.refunded_minor == 700
    assert tell(client, "refund.failed", thing | {"status": "failed", "failure_reason": "lost"}) == 200
    charge.refresh_from_db()
    assert charge.refunded_minor == 0
    assert published("PaymentRefundFailed")[0]["was_done"] is True


def test_a_crash_between_call_and_record_starts_no_second_payment(fake: FakeStripe, account: Account) -> None:
    fake.cut.add("/v1/payment_intents")
    charge = make_charge("pm_card_visa", account=account)
    assert charge.state == "created"
    fake.cut.clear()
    assert reconcile(now=clock.now() + timedelta(minutes=2)) == 1
    charge.refresh_from_db()
    assert (charge.state, len(fake.intents)) == ("captured", 1)
    assert place_charge(charge_id=charge.pk).state == "captured"


def test_calling_off_a_session_that_was_just_paid_keeps_the_money(fake: FakeStripe, account: Account) -> None:
    charge = make_charge(account=account)
    fake.pay_session(charge.reference or "")
    cancel_charge(charge_id=charge.pk, actor="test")
    settle_everything()
    charge.refresh_from_db()
    assert (charge.state, charge.captured_minor) == ("captured", 5000)
    assert published("PaymentCaptured")[0]["is_late"] is True


def test_calling_off_an_open_session_expires_it(fake: FakeStripe, account: Account) -> None:
    charge = make_charge(account=account)
    cancel_charge(charge_id=charge.pk, actor="test")
    settle_everything()
    charge.refresh_from_db()
    assert charge.state == "cancelled"
    assert fake.sessions[charge.reference or ""]["status"] == "expired"


def test_the_same_key_with_another_amount_is_refused_by_stripe_and_kept_as_a_failure(
    fake: FakeStripe, account: Account
) -> None:
    charge = make_charge("pm_card_visa", account=account, key="same")
    Charge.objects.filter(pk=charge.pk).update(key="other")
    second = make_charge("pm_card_visa", account=account, key="same", amount_minor=1)
    assert second.state == "failed"
    assert len(fake.intents) == 1


@pytest.mark.parametrize("case", ["none", "forged", "old", "other body", "no json", "huge"])
def test_the_door_believes_only_what_stripe_signed(client: Client, account: Account, case: str) -> None:
    body = event("payment_intent.succeeded", {"id": "pi_1", "status": "succeeded", "currency": "eur"})
    now = int(time.time())
    header = {
        "none": "",
        "forged": signature(body, secret="whsec_mallory"),
        "old": signature(body, at=now - 600),
        "other body": signature(b"{}"),
        "no json": signature(b"not json"),
        "huge": signature(body),
    }[case]
    sent = b"not json" if case == "no json" else body + b" " * 300_000 if case == "huge" else body
    answer = client.post(DOOR, sent, content_type="application/json", headers={"Stripe-Signature": header})
    assert answer.status_code == (413 if case == "huge" else 400)
    assert not ProviderEvent.objects.exists()


def test_an_account_speaks_of_its_own_charges_only(client: Client, account: Account) -> None:
    from aftercart.stores.testing import make_channel

    make_account(
        "stripe",
        channel=make_channel("other"),
        secrets={"secret_key": "sk_test_other", "webhook_secret": "whsec_other"},
    )
    charge = make_charge(account=account)
    thing = {
        "id": "pi_9",
        "status": "succeeded",
        "amount_received": 5000,
        "currency": "eur",
        "metadata": {"aftercart_key": charge.key},
    }
    body = event("payment_intent.succeeded", thing)
    header = {"Stripe-Signature": signature(body, secret="whsec_other")}
    assert client.post(DOOR, body, content_type="application/json", headers=header).status_code == 200
    charge.refresh_from_db()
    assert charge.captured_minor == 0


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1999, "EUR", 1999), (1980, "JPY", 1980), (500, "ISK", 50_000), (12_340, "KWD", 12_340)],
)
def test_amounts_as_stripe_counts_them(minor: int, currency: str, amount: int) -> None:
    assert to_stripe(minor, currency) == amount
    assert from_stripe(amount, currency) == minor
