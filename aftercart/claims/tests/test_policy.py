"""The policy: versions, what it may say, and that facts decide and search alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aftercart.claims.actions import PolicyOvertaken, decide_claim, save_policy
from aftercart.claims.facts import claim as subject
from aftercart.claims.models import Claim, PolicyVersion
from aftercart.claims.policy import PolicyRule, policy_in_force
from aftercart.claims.testing import make_claim_on, make_delivered_order, make_policy
from aftercart.customers.facts import customer
from aftercart.customers.models import Customer
from aftercart.kernel import clock
from aftercart.kernel.rules import compile_rule, snapshot
from aftercart.kernel.rules.testing import disagreements
from aftercart.orders.facts import order as order_subject
from aftercart.orders.models import Order
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order

pytestmark = pytest.mark.django_db
ANY: dict[str, Any] = {"version": 1, "all": []}


def row(name: str = "A", rule: dict[str, Any] | None = None, outcome: str = "refund") -> PolicyRule:
    return PolicyRule(name=name, rule=ANY if rule is None else rule, outcome=outcome)


def test_each_change_is_a_version_and_old_ones_stay() -> None:
    assert policy_in_force().version == 0
    make_policy()
    make_policy(("Everything again", ANY, "replacement"))
    assert [each.version for each in PolicyVersion.objects.all()] == [2, 1]
    assert policy_in_force().rules == [row("Everything again", outcome="replacement")]


@pytest.mark.parametrize(
    "bad",
    [
        row(outcome="declined"),
        row(outcome="credit"),
        row(name=" "),
        row(rule={"version": 1, "fact": "claim.nonsense", "op": "is", "value": 1}),
        row(rule={}),
    ],
)
def test_a_policy_can_neither_decline_nor_be_nonsense(bad: PolicyRule) -> None:
    with pytest.raises(Refused):
        save_policy(rules=[bad], seen_version=0, actor="test")
    assert not PolicyVersion.objects.exists()


def test_who_did_not_see_the_newest_version_is_told() -> None:
    make_policy()
    with pytest.raises(PolicyOvertaken):
        save_policy(rules=[row()], seen_version=0, actor="test")
    assert PolicyVersion.objects.count() == 1


def test_a_rule_that_went_out_of_order_is_passed_over_and_named() -> None:
    gone = {"version": 1, "fact": "claim.nonsense", "op": "is", "value": 1}
    rules = [row("Old", gone).as_json(), row("New", outcome="replacement").as_json()]
    PolicyVersion.objects.create(version=1, rules=rules, actor="test", saved_at=clock.now())
    claim = make_claim_on()
    assert claim.outcome == "replacement"
    asked = claim.decisions.get().document["asked"]
    assert (asked[0]["rule"], "Out of order" in asked[0]["words"]) == ("Old", True)


def test_facts_of_claims_decide_and_search_alike() -> None:
    order = make_delivered_order()
    made = [make_claim_on(order, kind=kind) for kind in ("damaged", "missing", "wrong")]
    decide_claim(claim_id=made[0].pk, outcome="refund", actor="staff:1")
    loaded = list(Claim.objects.all())
    assert disagreements(subject, loaded, now=clock.now()) == []


def test_facts_about_orders_and_customers_decide_and_search_alike() -> None:
    with_claim, without = make_delivered_order(), make_order(email="eve@shopper.example")
    claim = make_claim_on(with_claim)
    make_claim_on(with_claim, kind="wrong", now=clock.now() - timedelta(days=400))
    now = clock.now()
    asks = {"version": 1, "fact": "order.open_claim", "op": "is", "value": True}
    assert list(compile_rule(asks, order_subject, now)) == [with_claim]
    often = {"version": 1, "fact": "customer.claims_12m", "op": "at_least", "value": 1}
    assert [each.pk for each in compile_rule(often, customer, now)] == [with_claim.customer_id]
    facts = snapshot(with_claim.customer, often, customer, now=now)  # type: ignore[arg-type]
    assert facts.values["claims_12m"] == 1
    decide_claim(claim_id=claim.pk, outcome="declined", words="No.", actor="staff:1")
    Claim.objects.exclude(pk=claim.pk).delete()
    assert list(compile_rule(asks, order_subject, now)) == []
    assert disagreements(order_subject, list(Order.objects.all()), now=now) == []
    assert disagreements(customer, list(Customer.objects.all()), now=now) == []
    assert without.pk
