"""Keeping what was promised, so that pages and mails can say it again and figures can judge it."""

from __future__ import annotations

from datetime import datetime

from aftercart.delivery.models import GivenPromise
from aftercart.delivery.promises import Estimate


def keep_promise(*, reference: str, estimate: Estimate, now: datetime) -> GivenPromise:
    """Keep the promise given for a thing (``order:7``); the one that was given first stays.

    In the caller's transaction; it publishes nothing: whoever promises tells of it.
    """
    promise = estimate.promise
    given, _ = GivenPromise.objects.get_or_create(
        reference=reference,
        defaults={
            "earliest_on": promise.earliest,
            "likely_on": promise.likely,
            "by_on": promise.by,
            "basis": estimate.basis,
            "given_at": now,
        },
    )
    return given
