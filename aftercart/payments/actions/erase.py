"""Forgetting a person, and what providers sent about everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from aftercart.payments.models import Charge, ProviderEvent, Refund


@transaction.atomic
def erase_customer(*, customer_id: int) -> Mapping[str, int]:
    """Forget who paid; amounts and references stay for the books. Returns rows changed, by table."""
    charges = list(Charge.objects.select_for_update().filter(customer_id=customer_id))
    ids = [charge.pk for charge in charges]
    events = ProviderEvent.objects.filter(charge_id__in=ids).update(raw="")
    for charge in charges:
        charge.details = {
            name: value
            for name, value in charge.details.items()
            if name not in {"email", "token", "return_url"}
        }
        charge.redirect_url, charge.reason = "", ""
    Charge.objects.bulk_update(charges, ["details", "redirect_url", "reason"])
    refunds = Refund.objects.filter(charge_id__in=ids).update(reason="", failure="")
    return {
        "payments.Charge": len(ids),
        "payments.Refund": refunds,
        "payments.ProviderEvent": events,
    }


@transaction.atomic
def forget_raw_events(*, before: datetime) -> int:
    """Drop the raw text of what providers told before then; that it was told stays, so a replay stays harmless."""
    return ProviderEvent.objects.filter(received_at__lt=before).exclude(raw="").update(raw="")
