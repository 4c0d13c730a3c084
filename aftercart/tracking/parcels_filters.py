"""Which parcels a list shows: filters from the address, read with care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from aftercart.tracking.models import Parcel, ParcelQuerySet, Status
from aftercart.tracking.numbers import carriers, tidy

SILENT_DAYS = 4
FIELDS = ("q", "show", "status", "carrier")
SHOW = {
    "under_way": "Under way",
    "late": "Past the promise",
    "silent": f"Silent for {SILENT_DAYS} days",
    "exception": "In trouble",
    "map": "With an unknown code",
}
IN_TROUBLE = (Status.EXCEPTION, Status.ATTEMPT_FAILED, Status.RETURNING, Status.LOST, Status.EXPIRED)
BUILT_IN: tuple[tuple[str, dict[str, str]], ...] = (
    ("All", {}),
    ("Under way", {"show": "under_way"}),
    ("Late", {"show": "late"}),
    ("Silent", {"show": "silent"}),
    ("In trouble", {"show": "exception"}),
    ("To be mapped", {"show": "map"}),
)


@dataclass(frozen=True, kw_only=True)
class ParcelFilters:
    """What was asked for; a value that makes no sense is left out."""

    q: str = ""
    show: str = ""
    status: str = ""
    carrier: str = ""

    @classmethod
    def read(cls, told: Mapping[str, str]) -> ParcelFilters:
        """From an address's query or a saved view."""
        values = {name: told.get(name, "").replace("\0", "").strip()[:100] for name in FIELDS}
        known = {"show": SHOW, "status": dict(Status.choices), "carrier": carriers()}
        for name, choices in known.items():
            if values[name] not in choices:
                values[name] = ""
        return cls(**values)

    def saved(self) -> dict[str, str]:
        """What a saved view keeps."""
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name)}

    def query(self, **changes: str) -> str:
        """The address's query that says the same, with ``changes``."""
        return urlencode({name: value for name, value in (self.saved() | changes).items() if value})

    def chips(self) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the query that lifts it."""
        words = {
            "show": SHOW.get(self.show, ""),
            "status": dict(Status.choices).get(self.status, ""),
            "carrier": carriers()[self.carrier].name if self.carrier else "",
        }
        return [(str(word), f"?{self.query(**{name: ''})}") for name, word in words.items() if word]

    def applied(self, rows: QuerySet[Parcel], *, now: datetime) -> QuerySet[Parcel]:
        """The rows that fit."""
        assert isinstance(rows, ParcelQuerySet)
        shown = {
            "": rows,
            "under_way": rows.under_way(),
            "late": rows.late(now),
            "silent": rows.silent(now, days=SILENT_DAYS),
            "exception": rows.filter(status__in=IN_TROUBLE),
            "map": rows.to_be_mapped(),
        }[self.show]
        if self.status:
            shown = shown.filter(status=self.status)
        if self.carrier:
            shown = shown.filter(carrier_code=self.carrier)
        if self.q:
            shown = shown.filter(Q(tracking_number=tidy(self.q)) | Q(order__number__iexact=self.q))
        return shown
