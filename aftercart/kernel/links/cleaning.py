"""Forgetting what no longer matters: what has expired, limits that are full again."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercart.kernel.links.limits import EPOCH, MICROSECOND
from aftercart.kernel.links.models import Cached, Code, Limit, UsedLink

CLOCK_SKEW = timedelta(hours=1)


def forget_stale(now: datetime) -> int:
    """Delete rows that can no longer change an answer; gives their number. Safe at any time."""
    before = now - CLOCK_SKEW
    used, _ = UsedLink.objects.filter(expires_at__lt=before).delete()
    codes, _ = Code.objects.filter(expires_at__lt=before).delete()
    limits, _ = Limit.objects.filter(arrival__lt=(before - EPOCH) // MICROSECOND).delete()
    cached, _ = Cached.objects.filter(expires__lt=before).delete()
    return used + codes + limits + cached
