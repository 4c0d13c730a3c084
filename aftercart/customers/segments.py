"""Who is in a segment, counted and listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from aftercart.customers.facts import customer as subject
from aftercart.customers.models import Customer, Segment
from aftercart.kernel.rules import Explanation, Rule, compile_rule, explain, read, snapshot
from aftercart.stores.models import Channel

FIRST = 50


def people(
    rule: Rule | Segment, now: datetime, *, among: QuerySet[Customer] | None = None
) -> QuerySet[Customer]:
    """The customers a segment's rule describes at ``now``, without those who were erased.

    ``among`` keeps to some, for members who do not see everybody.

    Raises:
        RuleError: when the rule asks for a fact that is no longer there.
    """
    found = compile_rule(rule.rule if isinstance(rule, Segment) else rule, subject, now)
    found = found.filter(erased_at__isnull=True)
    return found if among is None else found.filter(pk__in=among.values("pk"))


def first_people(
    rule: Rule | Segment, now: datetime, *, among: QuerySet[Customer] | None = None
) -> list[Customer]:
    """Those who ordered last, at most 50."""
    return list(people(rule, now, among=among).order_by("-last_order_at", "-pk")[:FIRST])


def reason(segment: Segment, customer: Customer, now: datetime) -> Explanation:
    """Why a customer is in a segment, or is not."""
    rule = read(segment.rule, subject)
    return explain(rule, snapshot(customer, rule, subject, now=now), now=now)


def currencies() -> Sequence[str]:
    """The currencies the merchant sells in, the most used channels' first."""
    sold = Channel.objects.filter(is_active=True).order_by("pk").values_list("currency", flat=True)
    return list(dict.fromkeys(sold)) or ["EUR"]
