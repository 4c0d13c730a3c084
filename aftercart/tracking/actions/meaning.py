"""What a carrier's code means in this shop."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.orders.rules import Refused
from aftercart.tracking.actions.deriving import derive, tell_changes
from aftercart.tracking.actions.scanning import lock_parcels
from aftercart.tracking.models import CodeMeaning, Reason, Scan, Status

TOGETHER = 200


@transaction.atomic
def explain_code(*, source: str, raw_code: str, status: str, actor: str, reason: str = "") -> int:
    """Say what a code means, for scans of the past too; returns how many parcels were derived anew.

    Raises:
        Refused: when status or reason is not one of ours, or no code is named.
    """
    if status not in Status.values or reason not in ("", *Reason.values) or not (source and raw_code):
        raise Refused("Choose what the code means.")
    CodeMeaning.objects.update_or_create(
        source=source,
        raw_code=raw_code,
        defaults={
            "status": status,
            "reason": reason if status == Status.EXCEPTION else "",
            "actor": actor,
            "created_at": clock.now(),
        },
    )
    return _derive_again(source, raw_code, actor)


@transaction.atomic
def forget_code(*, source: str, raw_code: str, actor: str) -> int:
    """Take an explanation back; returns how many parcels were derived anew."""
    CodeMeaning.objects.filter(source=source, raw_code=raw_code).delete()
    return _derive_again(source, raw_code, actor)


def _derive_again(source: str, raw_code: str, actor: str) -> int:
    touched = Scan.objects.filter(source=source, raw_code=raw_code).order_by("parcel__order_id", "parcel_id")
    ids = list(dict.fromkeys(touched.values_list("parcel_id", flat=True)))
    for start in range(0, len(ids), TOGETHER):
        tell_changes(derive(lock_parcels(ids[start : start + TOGETHER])), actor)
    return len(ids)
