"""How often promises held: what was promised beside what arrived, by carrier and destination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q

from aftercart.delivery.models import Transit

FEWEST = 20
MOST_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Held:
    """Of ``n`` deliveries with a promise, the share that came by it; ``likely`` only where we reckoned it."""

    carrier: str
    country: str
    n: int
    by_share: float | None
    likely_n: int
    likely_share: float | None

    @property
    def label(self) -> str:
        """Carrier and destination."""
        return f"{self.carrier or 'no carrier'} → {self.country or '?'}"

    @property
    def is_telling(self) -> bool:
        """Whether there are enough to say anything."""
        return self.n >= FEWEST


def calibration(channels: list[int] | None, *, since: date) -> list[Held]:
    """Deliveries that arrived since a day, most first; one query."""
    rows = Transit.objects.filter(arrived_on__gte=since, by_days__isnull=False).order_by()
    if channels is not None:
        rows = rows.filter(channel_id__in=channels)
    counted = rows.values("carrier", "country").annotate(
        n=Count("pk"),
        by=Count("pk", filter=Q(days__lte=F("by_days"))),
        likely_n=Count("pk", filter=Q(likely_days__isnull=False)),
        likely=Count("pk", filter=Q(days__lte=F("likely_days"))),
    )
    return [
        Held(
            carrier=row["carrier"],
            country=row["country"],
            n=row["n"],
            by_share=row["by"] / row["n"],
            likely_n=row["likely_n"],
            likely_share=row["likely"] / row["likely_n"] if row["likely_n"] else None,
        )
        for row in counted.order_by("-n", "carrier", "country")[:MOST_ROWS]
    ]
