"""Refunds that colleagues ask for: given at once within their role's limit, else by whoever may give more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.give_back import GivenBack, give_back
from aftercart.orders.actions.lock import lock_order, order_facts
from aftercart.orders.models import Order, RefundLimit, RefundRequest
from aftercart.orders.money import left_to_refund
from aftercart.orders.refunds.events import RefundAsked, RefundDecided, RefundLimitSet
from aftercart.orders.refunds.rules import Limit, over_limit
from aftercart.orders.rules import Refused, may_refund
from aftercart.stores.rules import permissions_of

APPROVE = "refunds.approve"
State = RefundRequest.State


@dataclass(frozen=True, kw_only=True)
class AskedRefund:
    """The request, and where the money goes when it was given."""

    request: RefundRequest
    given: GivenBack | None


@transaction.atomic
def ask_refund(
    *,
    order_id: int,
    amount_minor: int,
    reason: str,
    key: str,
    actor: str,
    role: str,
    words: str = "",
    quantities_by_line: Mapping[int, int] | None = None,
    keeps_goods: bool = False,
) -> AskedRefund:
    """Give money back, or ask for it when it is over the limit of ``role``; the same ``key`` is the same deed.

    Raises:
        Refused: when a reason is missing, more is asked than is left, or a request of this order waits already.
    """
    order = lock_order(order_id)
    key = f"{order_id}:{key}"[:80]
    known = RefundRequest.objects.filter(key=key).first()
    if known:
        return AskedRefund(request=known, given=_given(known) if known.state == State.GIVEN else None)
    words = words.strip()[:150]
    if reason not in RefundRequest.Reason.values or (reason == RefundRequest.Reason.OTHER and not words):
        raise Refused("Say why money goes back.")
    may_refund(amount=amount_minor, paid=left_to_refund(order), refunded=0)
    over = "" if APPROVE in permissions_of(role) else _over(order, role, amount_minor, actor)
    if over and order.refund_requests.filter(state=State.WAITING).exists():
        raise Refused("Another refund of this order waits for approval.")
    asked = RefundRequest.objects.create(
        order=order,
        key=key,
        amount_minor=amount_minor,
        reason=reason,
        words=words,
        pieces=sorted((quantities_by_line or {}).items()),
        keeps_goods=keeps_goods,
        state=State.WAITING if over else State.GIVEN,
        over=over,
        asked_by=actor,
        asked_at=clock.now(),
    )
    if not over:
        return AskedRefund(request=asked, given=_given(asked))
    publish(
        RefundAsked(
            **order_facts(order),
            request_id=asked.pk,
            currency=order.currency,
            amount_minor=amount_minor,
            reason=reason,
        ),
        actor=actor,
    )
    return AskedRefund(request=asked, given=None)


@transaction.atomic
def approve_refund(*, request_id: int, actor: str) -> GivenBack:
    """Give what a colleague asked for.

    Raises:
        Refused: when it was decided already, or more is asked by now than is left: it keeps waiting then.
    """
    asked = _waiting(request_id)
    _decide(asked, State.APPROVED, actor=actor)
    return _given(asked)


@transaction.atomic
def refuse_refund(*, request_id: int, actor: str, why: str = "") -> RefundRequest:
    """Say no to what a colleague asked for.

    Raises:
        Refused: when it was decided already.
    """
    asked = _waiting(request_id)
    asked.decision = why.strip()[:200]
    _decide(asked, State.REFUSED, actor=actor)
    return asked


@transaction.atomic
def limit_refunds(
    *, channel_id: int, role: str, per_refund_minor: int | None, per_day_minor: int | None, actor: str
) -> RefundLimit:
    """Say what a role may give back alone in a channel."""
    limit, _ = RefundLimit.objects.update_or_create(
        channel_id=channel_id,
        role=role,
        defaults={"per_refund_minor": per_refund_minor, "per_day_minor": per_day_minor},
    )
    publish(
        RefundLimitSet(
            channel_id=channel_id, role=role, per_refund_minor=per_refund_minor, per_day_minor=per_day_minor
        ),
        actor=actor,
    )
    return limit


def _over(order: Order, role: str, amount_minor: int, actor: str) -> str:
    """Counted under the limit's row lock, so that two refunds at once cannot both be the last that fits."""
    found = RefundLimit.objects.select_for_update().filter(channel_id=order.channel_id, role=role).first()
    if found is None:
        return ""
    currency = order.channel.currency
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    given = RefundRequest.objects.filter(
        state=State.GIVEN,
        asked_by=actor,
        asked_at__gte=today,
        order__channel_id=order.channel_id,
        order__currency=currency,
    )
    limit = Limit(currency=currency, per_refund=found.per_refund_minor, per_day=found.per_day_minor)
    total = given.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return over_limit(limit, amount=amount_minor, currency=order.currency, given_today=total)


def _given(asked: RefundRequest) -> GivenBack:
    return give_back(
        order_id=asked.order_id,
        amount_minor=asked.amount_minor,
        reason=asked.why,
        key=f"asked:{asked.pk}",
        actor=asked.decided_by or asked.asked_by,
        quantities_by_line=dict(asked.pieces),
    )


def _waiting(request_id: int) -> RefundRequest:
    order_id = RefundRequest.objects.values_list("order_id", flat=True).get(pk=request_id)
    lock_order(order_id)
    asked = RefundRequest.objects.select_related("order").get(pk=request_id)
    if asked.state != State.WAITING:
        raise Refused(f"A colleague has decided already: {asked.get_state_display().lower()}.")
    return asked


def _decide(asked: RefundRequest, state: str, *, actor: str) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, actor, clock.now()
    asked.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    publish(
        RefundDecided(
            **order_facts(asked.order),
            request_id=asked.pk,
            currency=asked.order.currency,
            amount_minor=asked.amount_minor,
            is_approved=state == State.APPROVED,
        ),
        actor=actor,
    )
