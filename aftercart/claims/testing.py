"""Factories for tests: an order of Sam's that came, and a problem with it, through the real actions."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from aftercart.claims.actions import make_claim, save_policy
from aftercart.claims.models import Claim, PolicyVersion
from aftercart.claims.policy import PolicyRule, policy_in_force
from aftercart.kernel import clock
from aftercart.orders.actions import fulfil_order
from aftercart.orders.models import Order
from aftercart.orders.testing import make_order
from aftercart.tracking.actions import record_scan, register_parcel
from aftercart.tracking.models import Parcel

_keys = itertools.count(1)

SMALL_AND_SHOWN = {
    "version": 1,
    "all": [
        {"fact": "claim.kind", "op": "is_any_of", "value": ["damaged", "wrong"]},
        {"fact": "claim.value", "op": "at_most", "value": {"minor": 2500, "currency": "EUR"}},
        {"fact": "claim.photos", "op": "at_least", "value": 1},
        {"fact": "claim.claims_12m", "op": "at_most", "value": 1},
    ],
}
"""A rule that a shopkeeper would write: small, shown on a photo, and not again and again."""


def make_delivered_order(*, days_ago: float = 2, place: str = "Berlin", **values: Any) -> Order:
    """An order of Sam's that is sent, scanned and delivered."""
    order = make_order(**values)
    deliver(order, days_ago=days_ago, place=place)
    return order


def deliver(
    order: Order, *, days_ago: float = 2, place: str = "Berlin", lines: dict[int, int] | None = None
) -> Parcel:
    """A parcel with these lines, or everything that is open, arrives."""
    number = next(_keys)
    fulfilment = fulfil_order(
        order_id=order.pk, key=f"claims-{number}", actor="test", quantities_by_line=lines
    )
    parcel = register_parcel(
        order_id=order.pk,
        key=f"claims-{number}",
        actor="test",
        carrier="DHL",
        tracking_number="00340434161094042557",
        fulfilment=fulfilment,
    )
    came_at = clock.now() - timedelta(days=days_ago)
    record_scan(parcel_id=parcel.pk, status="delivered", occurred_at=came_at, actor="test", place=place)
    order.refresh_from_db()
    parcel.refresh_from_db()
    return parcel


def make_claim_on(
    order: Order | None = None,
    *,
    kind: str = "damaged",
    text: str = "The rim is chipped.",
    quantities: dict[int, int] | None = None,
    now: datetime | None = None,
    **values: Any,
) -> Claim:
    """Sam reports a problem, with the last line of the order unless told otherwise."""
    order = order or make_delivered_order()
    last = order.lines.last()
    assert last is not None
    return make_claim(
        order_id=order.pk,
        kind=kind,
        quantities_by_line=quantities or {last.pk: 1},
        text=text,
        key=f"test-{next(_keys)}",
        actor=f"shopper:{order.customer_id}",
        trust="link",
        now=now,
        **values,
    )


def make_policy(*rows: tuple[str, dict[str, Any], str]) -> PolicyVersion:
    """Rules in force: (name, rule, outcome) each; a small damage on a photo is refunded unless told otherwise."""
    rules = [PolicyRule(name=name, rule=rule, outcome=outcome) for name, rule, outcome in rows]
    rules = rules or [PolicyRule(name="Small and shown", rule=SMALL_AND_SHOWN, outcome="refund")]
    return save_policy(rules=rules, seen_version=policy_in_force().version, actor="test")
