"""What time alone changes: silence becomes "no news", and a scan dated ahead is believed on its day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aftercart.tracking.actions.deriving import derive, tell_changes
from aftercart.tracking.actions.scanning import lock_parcels
from aftercart.tracking.models import Parcel


def settle_due(*, now: datetime, limit: int = 200, actor: str = "system") -> int:
    """Derive anew the parcels whose time has come; returns how many were looked at."""
    due = list(Parcel.objects.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:limit])
    if due:
        with transaction.atomic():
            tell_changes(derive(lock_parcels(due)), actor)
    return len(due)
