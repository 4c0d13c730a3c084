"""Any order of payers, webhooks, replays, refunds, cancellations: charge, sandbox and journal always agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aftercart.kernel.journal.testing import published
from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.work.models import Job
from aftercart.payments.actions import cancel_charge, request_refund, sync_charge
from aftercart.payments.models import Charge, Refund, SandboxIntent, SandboxRefund
from aftercart.payments.ports import ProviderRefused
from aftercart.payments.providers.sandbox import actions as books
from aftercart.payments.providers.sandbox.cards import CARDS
from aftercart.payments.providers.sandbox.telling import DELIVER, HEADER, webhook_secret
from aftercart.payments.receiving import receive
from aftercart.payments.rules import Refused
from aftercart.payments.signatures import sign
from aftercart.payments.testing import make_charge

AMOUNT = 1000


class Payments(RuleBasedStateMachine):
    """One charge at the sandbox; webhooks wait in a bag and are drawn in any order, any number of times."""

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.keys = 0

    @initialize(captures_now=st.booleans())
    def start(self, *, captures_now: bool) -> None:
        self.charge_id = make_charge(amount_minor=AMOUNT, captures_now=captures_now).pk

    def charge(self) -> Charge:
        return Charge.objects.get(pk=self.charge_id)

    def intent(self) -> SandboxIntent:
        return SandboxIntent.objects.get(reference=self.charge().reference)

    @rule(card=st.sampled_from(CARDS))
    def payer_uses(self, card: object) -> None:
        books.pay(self.intent().reference, card)  # type: ignore[arg-type]

    @rule(approves=st.booleans())
    def payer_answers_bank(self, *, approves: bool) -> None:
        books.answer_bank(self.intent().reference, approves=approves)

    @rule()
    def delayed_money_arrives(self) -> None:
        books.settle(self.intent().reference)

    @rule()
    def shop_calls_off(self) -> None:
        cancel_charge(charge_id=self.charge_id, actor="test")

    @rule(amount=st.integers(1, AMOUNT), is_new=st.booleans())
    def shop_refunds(self, *, amount: int, is_new: bool) -> None:
        self.keys += is_new
        try:
            request_refund(charge_id=self.charge_id, amount_minor=amount, key=f"r{self.keys}", actor="test")
        except Refused:
            charge = self.charge()
            known = Refund.objects.filter(key=f"r{self.keys}").first()
            assert amount > charge.refundable_minor or (known and known.amount_minor != amount)

    @rule(amount=st.integers(1, AMOUNT))
    def somebody_refunds_at_the_provider(self, amount: int) -> None:
        self.keys += 1
        try:
            books.refund(self.intent().reference, amount_minor=amount, key=f"x{self.keys}")
        except ProviderRefused:
            assert amount > self.intent().captured_minor - self.intent().refunded_minor

    @rule()
    def outbox_works(self) -> None:
        drain(owner="test")

    @rule()
    def payer_comes_back(self) -> None:
        sync_charge(charge_id=self.charge_id)

    @precondition(lambda self: Job.objects.filter(name=DELIVER).exists())
    @rule(data=st.data(), times=st.integers(1, 2))
    def a_webhook_arrives(self, data: st.DataObject, times: int) -> None:
        waiting = list(Job.objects.filter(name=DELIVER).order_by("pk"))
        payload = waiting[data.draw(st.integers(0, len(waiting) - 1))].payload
        body = payload["body"].encode()
        header = sign(body, secret=webhook_secret(payload["account_id"]), at=datetime.now(tz=UTC))
        for _ in range(times):
            receive("sandbox", body, {HEADER: header})

    @invariant()
    def sums_agree(self) -> None:
        if not hasattr(self, "charge_id"):
            return
        charge = self.charge()
        refunds = list(Refund.objects.filter(charge=charge))
        pending = sum(one.amount_minor for one in refunds if one.state == "pending")
        gone = sum(one.amount_minor for one in refunds if one.state == "succeeded")
        assert (charge.refunding_minor, charge.refunded_minor) == (pending, gone)
        assert charge.refunded_minor + charge.refunding_minor <= charge.captured_minor <= charge.amount_minor
        told = published("PaymentCaptured")
        assert sum(int(str(one["amount_minor"])) for one in told) == charge.captured_minor
        assert len(told) <= 1

    @invariant()
    def nothing_is_given_back_twice(self) -> None:
        keys = list(SandboxRefund.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys))

    def teardown(self) -> None:
        """In the end, when all is told and asked, both sides' books are the same."""
        try:
            if hasattr(self, "charge_id"):
                drain(owner="test")
                sync_charge(charge_id=self.charge_id)
                charge, intent = self.charge(), self.intent()
                assert charge.captured_minor == intent.captured_minor
                theirs = intent.refunded_minor
                late = Refund.objects.filter(charge=charge, state="failed", reference=None)
                assert charge.refunded_minor + charge.refunding_minor == theirs, (charge, intent, list(late))
        finally:
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_any_story_ends_with_both_books_alike() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    chosen = settings(
        max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Payments, settings=chosen)
