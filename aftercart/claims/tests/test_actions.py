"""Claims are made once, decided with their reasons, settled once; state and journal agree."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aftercart.claims.actions import decide_claim, make_claim, settle_claim
from aftercart.claims.models import Claim, ClaimDecision, ClaimLine
from aftercart.claims.rules import AlreadyClaimed
from aftercart.claims.testing import deliver, make_claim_on, make_delivered_order, make_policy
from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.uploads.actions import add_photo
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.testing import make_photo
from aftercart.orders.actions import refund_order
from aftercart.orders.models import Order, Refund
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order
from aftercart.tracking.actions import register_parcel

pytestmark = pytest.mark.django_db


def told(name: str) -> int:
    return Entry.objects.filter(name=name).count()


def photographed(order: Order) -> str:
    draft = f"draft:order:{order.pk}:test"
    add_photo(file=make_photo((64, 64)), purpose="claims", subject=draft, customer_id=order.customer_id)
    return draft


def test_a_claim_keeps_what_happened_and_waits_for_a_person_without_a_policy() -> None:
    order = make_delivered_order(days_ago=3)
    claim = make_claim_on(order)
    assert (claim.state, claim.outcome, claim.value_minor) == ("waiting", "ask", 1250)
    assert (claim.days_since_delivery, claim.claims_12m, claim.photos) == (3, 0, 0)
    decision = claim.decisions.get()
    assert (decision.outcome, decision.policy_version, decision.document["asked"]) == ("ask", 0, [])
    entry = Entry.objects.get(name="ClaimMade")
    assert (entry.subject, entry.customer_id) == (f"claim:{claim.pk}", order.customer_id)
    assert told("ClaimDecided") == 0


def test_the_policy_decides_at_once_and_says_why(uploads_here: Path) -> None:
    make_policy()
    order = make_delivered_order()
    claim = make_claim_on(order, photos_of=photographed(order))
    assert (claim.state, claim.outcome) == ("decided", "refund")
    assert Upload.objects.get().subject == f"claim:{claim.pk}"
    decision = claim.decisions.get()
    assert (decision.policy_version, decision.rule) == (1, "Small and shown")
    asked = decision.document["asked"][0]
    assert asked["holds"] is True
    assert [each["value"] for each in asked["seen"]] == [
        "damaged",
        {"minor": 1250, "currency": "EUR"},
        1,
        0,
    ]
    assert all(each["holds"] for each in asked["seen"])
    assert (told("ClaimMade"), told("ClaimDecided"), told("ClaimSettled")) == (1, 1, 0)
    assert Refund.objects.count() == 0, "nobody has given the money back yet"


def test_without_a_photo_the_same_claim_goes_to_a_person_and_the_reason_is_kept() -> None:
    make_policy()
    decision = make_claim_on().decisions.get()
    seen = {each["words"]: each["holds"] for each in decision.document["asked"][0]["seen"]}
    assert decision.outcome == "ask"
    assert sorted(seen.values()) == [False, True, True, True]


def test_the_first_rule_that_holds_decides() -> None:
    anything = {"version": 1, "all": []}
    make_policy(("Again", anything, "replacement"), ("Money", anything, "refund"))
    claim = make_claim_on()
    assert claim.outcome == "replacement"
    assert len(claim.decisions.get().document["asked"]) == 1


def test_a_policy_never_promises_more_than_was_paid() -> None:
    make_policy(("Money", {"version": 1, "all": []}, "refund"))
    order = make_delivered_order()
    refund_order(order_id=order.pk, amount_minor=order.refundable_minor - 1000, key="r", actor="test")
    claim = make_claim_on(order)
    assert (claim.state, claim.outcome) == ("waiting", "ask")
    assert "1000" in claim.decisions.get().document["instead"]


def test_money_promised_to_one_claim_is_not_promised_to_the_next() -> None:
    make_policy(("Money", {"version": 1, "all": []}, "refund"))
    order = make_delivered_order()
    apron, spoon = order.lines.all()
    refund_order(order_id=order.pk, amount_minor=order.refundable_minor - 5000, key="r", actor="test")
    first = make_claim_on(order, quantities={apron.pk: 1})
    second = make_claim_on(order, quantities={spoon.pk: 1})
    assert (first.outcome, second.outcome) == ("refund", "ask")


def test_a_double_post_is_one_claim() -> None:
    order = make_delivered_order()
    line = order.lines.first()
    assert line is not None
    made = {
        make_claim(order_id=order.pk, kind="damaged", quantities_by_line={line.pk: 1}, key="k", actor="t").pk
        for _ in range(3)
    }
    assert len(made) == 1
    assert told("ClaimMade") == 1


def test_one_claim_per_line_and_kind_at_a_time() -> None:
    order = make_delivered_order()
    first = make_claim_on(order)
    with pytest.raises(AlreadyClaimed) as refused:
        make_claim_on(order)
    assert refused.value.claim_id == first.pk
    make_claim_on(order, kind="wrong")
    decide_claim(claim_id=first.pk, outcome="declined", words="It is a scratch by design.", actor="staff:1")
    assert make_claim_on(order).pk != first.pk


@pytest.mark.parametrize("kind", ["exploded", ""])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(Refused, match="no kind"):
        make_claim_on(kind=kind)


def test_pieces_of_another_order_or_unsent_ones_are_refused() -> None:
    order, other = make_delivered_order(), make_order()
    line = other.lines.first()
    assert line is not None
    for wrong in (order, other):
        with pytest.raises(Refused):
            make_claim_on(wrong, quantities={line.pk: 1})


def test_not_arrived_needs_a_parcel_that_the_carrier_calls_delivered() -> None:
    order = make_order()
    with pytest.raises(Refused, match="Choose the parcel"):
        make_claim_on(order, kind="not_arrived")
    under_way = register_parcel(order_id=order.pk, key="x", actor="test")
    with pytest.raises(Refused, match="may still be on its way"):
        make_claim_on(order, kind="not_arrived", parcel_id=under_way.pk)
    theirs = deliver(make_order())
    with pytest.raises(Refused, match="not a parcel of the order"):
        make_claim_on(order, kind="not_arrived", parcel_id=theirs.pk)
    parcel = deliver(order, days_ago=1.5)
    claim = make_claim_on(order, kind="not_arrived", parcel_id=parcel.pk)
    assert (claim.parcel, claim.days_since_delivery) == (parcel, 1)


def test_a_refund_is_settled_once_and_recorded_on_the_order() -> None:
    order = make_delivered_order()
    claim = make_claim_on(order)
    with pytest.raises(Refused, match="Decide first"):
        settle_claim(claim_id=claim.pk, actor="staff:1")
    decide_claim(claim_id=claim.pk, outcome="refund", actor="staff:1", note="Clear.")
    for _ in range(2):
        settle_claim(claim_id=claim.pk, actor="staff:1")
    claim.refresh_from_db()
    order.refresh_from_db()
    assert (claim.state, order.refunded_minor) == ("settled", 1250)
    assert claim.refund == Refund.objects.get()
    assert not ClaimLine.objects.filter(is_open=True).exists()
    assert (told("ClaimSettled"), told("OrderRefunded")) == (1, 1)
    with pytest.raises(Refused, match="settled already"):
        decide_claim(claim_id=claim.pk, outcome="replacement", actor="staff:1")


def test_a_colleague_may_think_again_until_it_is_settled() -> None:
    claim = make_claim_on()
    for outcome in ("replacement", "replacement", "refund"):
        decide_claim(claim_id=claim.pk, outcome=outcome, actor="staff:1")
    assert [each.outcome for each in claim.decisions.all()] == ["ask", "replacement", "refund"]
    assert told("ClaimDecided") == 2


def test_a_colleague_cannot_promise_more_than_was_paid() -> None:
    order = make_delivered_order()
    refund_order(order_id=order.pk, amount_minor=order.refundable_minor - 10, key="r", actor="test")
    claim = make_claim_on(order)
    with pytest.raises(Refused, match=r"0\.10"):
        decide_claim(claim_id=claim.pk, outcome="refund", actor="staff:1")
    assert Claim.objects.get().state == "waiting"


def test_a_claim_counts_the_customers_earlier_ones_of_a_year() -> None:
    order = make_delivered_order()
    make_claim_on(order, now=clock.now() - timedelta(days=370))
    make_claim_on(order, kind="wrong", now=clock.now() - timedelta(days=100))
    assert make_claim_on(order, kind="missing").claims_12m == 1
    assert ClaimDecision.objects.count() == 3
