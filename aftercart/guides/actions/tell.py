"""What shoppers say of a guide, and forgetting their words."""

from __future__ import annotations

from django.db import transaction

from aftercart.guides.events import GuideFailed, GuideHelped
from aftercart.guides.models import Guide, Outcome
from aftercart.guides.rules import GuideRefused
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.models import Order

LONGEST = 4000


@transaction.atomic
def tell_outcome(
    *,
    guide_id: int,
    has_worked: bool,
    key: str,
    language: str,
    actor: str,
    order: Order | None = None,
    text: str = "",
    step: int | None = None,
    trust: str = "",
) -> Outcome:
    """Keep whether a guide worked; the same ``key`` is one answer. Words become a question to the shop.

    Raises:
        GuideRefused: when the words are too long.
    """
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise GuideRefused(f"At most {LONGEST} characters fit.")
    outcome, is_new = Outcome.objects.get_or_create(
        key=key,
        defaults={
            "guide": Guide.objects.get(pk=guide_id),
            "order": order,
            "has_worked": has_worked,
            "text": "" if has_worked else text,
            "step": step,
            "language": language,
            "trust": trust,
            "told_at": clock.now(),
        },
    )
    if is_new:
        _publish(outcome, order, actor)
    return outcome


def _publish(outcome: Outcome, order: Order | None, actor: str) -> None:
    order_id, customer_id, channel_id = (
        (order.pk, order.customer_id, order.channel_id) if order else (None,) * 3
    )
    told: GuideHelped | GuideFailed
    if outcome.has_worked:
        told = GuideHelped(
            guide_id=outcome.guide_id,
            outcome_id=outcome.pk,
            order_id=order_id,
            customer_id=customer_id,
            channel_id=channel_id,
        )
    else:
        told = GuideFailed(
            guide_id=outcome.guide_id,
            outcome_id=outcome.pk,
            order_id=order_id,
            customer_id=customer_id,
            channel_id=channel_id,
            has_words=bool(outcome.text),
        )
    publish(told, actor=actor, dedupe_key=f"guide-tried:{outcome.pk}")


@transaction.atomic
def forget_words(*, customer_id: int) -> int:
    """Take a person's words out of what was said of guides; that it worked or not stays. Gives how many."""
    said = Outcome.objects.filter(order__customer_id=customer_id).exclude(text="")
    return said.update(text="", order=None)
