"""Two at once on PostgreSQL: one claim, one refund, one version."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from aftercart.claims.actions import decide_claim, make_claim, save_policy, settle_claim
from aftercart.claims.models import Claim, PolicyVersion
from aftercart.claims.policy import PolicyRule
from aftercart.claims.rules import AlreadyClaimed
from aftercart.claims.testing import make_claim_on, make_delivered_order, make_policy
from aftercart.orders.actions import refund_order
from aftercart.orders.models import Order, Refund
from aftercart.orders.rules import Refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave or raised, all let go at the same moment."""
    barrier, outcomes, lock = threading.Barrier(len(acts)), list[object](), threading.Lock()

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=30)
            try:
                outcome: object = act()
            except Refused as refused:
                outcome = refused
            with lock:
                outcomes.append(outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outcomes) == len(acts)
    return outcomes


def claiming(order: Order, key: str) -> Callable[[], Claim]:
    line = order.lines.last()
    assert line is not None
    return lambda: make_claim(
        order_id=order.pk, kind="damaged", quantities_by_line={line.pk: 1}, key=key, actor="test"
    )


def test_the_same_form_from_two_clicks_is_one_claim() -> None:
    order = make_delivered_order()
    made = at_once(*[claiming(order, "same") for _ in range(6)])
    assert {claim.pk for claim in made if isinstance(claim, Claim)} == {Claim.objects.get().pk}


def test_two_tabs_make_one_claim_and_the_other_learns_which() -> None:
    order = make_delivered_order()
    made = at_once(*[claiming(order, f"tab-{number}") for number in range(6)])
    claim = Claim.objects.get()
    refused = [each for each in made if isinstance(each, AlreadyClaimed)]
    assert (len(refused), {each.claim_id for each in refused}) == (5, {claim.pk})


def test_two_colleagues_settle_one_refund() -> None:
    claim = make_claim_on()
    decide_claim(claim_id=claim.pk, outcome="refund", actor="staff:1")
    at_once(*[lambda: settle_claim(claim_id=claim.pk, actor="staff:1") for _ in range(6)])
    assert Refund.objects.get().amount_minor == claim.value_minor


def test_a_refund_on_the_order_and_a_promise_on_the_claim_never_exceed_what_was_paid() -> None:
    order = make_delivered_order()
    claim = make_claim_on(order)
    outcomes = at_once(
        lambda: decide_claim(claim_id=claim.pk, outcome="refund", actor="staff:1"),
        lambda: refund_order(
            order_id=order.pk, amount_minor=order.refundable_minor - 100, key="all", actor="staff:2"
        ),
    )
    order.refresh_from_db()
    claim.refresh_from_db()
    assert order.refunded_minor <= order.paid_minor
    if claim.state == "decided":  # the promise came first: settling is refused in words, the claim stays open
        with pytest.raises(Refused):
            settle_claim(claim_id=claim.pk, actor="staff:1")
    else:
        assert any(isinstance(each, Refused) for each in outcomes)


def test_two_policies_at_once_are_one_version() -> None:
    make_policy()
    rule = PolicyRule(name="A", rule={"version": 1, "all": []}, outcome="refund")
    made = at_once(*[lambda: save_policy(rules=[rule], seen_version=1, actor="t") for _ in range(5)])
    assert sum(isinstance(each, PolicyVersion) for each in made) == 1
    assert [each.version for each in PolicyVersion.objects.all()] == [2, 1]
