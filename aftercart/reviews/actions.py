"""The only writer of reviews."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.models import Order
from aftercart.reviews.events import ReviewReceived
from aftercart.reviews.models import Review


@transaction.atomic
def record_review(
    *,
    order: Order,
    score: int,
    source: str,
    external_id: str,
    written_at: datetime,
    actor: str,
    title: str = "",
    text: str = "",
) -> Review:
    """Keep a review of an order; the same ``source`` and ``external_id`` is one review."""
    review, is_new = Review.objects.get_or_create(
        source=source,
        external_id=external_id,
        defaults={
            "order": order,
            "customer_id": order.customer_id,
            "score": score,
            "title": title,
            "text": text,
            "written_at": written_at,
            "created_at": clock.now(),
        },
    )
    if is_new:
        event = ReviewReceived(
            review_id=review.pk, order_id=order.pk, customer_id=order.customer_id, score=score
        )
        publish(event, actor=actor, occurred_at=written_at, dedupe_key=f"review-received:{review.pk}")
    return review


@transaction.atomic
def erase_customer(*, customer_id: int, blank: str) -> dict[str, int]:
    """Keep the score, which averages need, and put ``blank`` where a person's words were."""
    worded = Review.objects.filter(customer_id=customer_id).exclude(title="", text="")
    spoken = worded.exclude(title="", text=blank)
    return {"reviews.Review": spoken.update(title="", text=blank)}
