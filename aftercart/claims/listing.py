"""Which claims a list shows: filters from the address, read with care; pages by bookmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from aftercart.claims.models import Claim, Kind, Outcome, State
from aftercart.customers.models import Customer

SIZE = 50
MOST_PEOPLE = 500
FIELDS = ("q", "state", "kind", "outcome", "channel")
CHOICES = {
    "state": dict(State.choices),
    "kind": dict(Kind.choices),
    "outcome": {key: label for key, label in Outcome.choices if key not in {"ask", "declined"}},
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What was asked for; a value that makes no sense is left out."""

    q: str = ""
    state: str = ""
    kind: str = ""
    outcome: str = ""
    channel: str = ""

    @classmethod
    def read(cls, told: Mapping[str, str]) -> Filters:
        """From an address's query or a saved view."""
        values = {name: told.get(name, "").replace("\0", "").strip()[:100] for name in FIELDS}
        for name, known in CHOICES.items():
            if values[name] not in known:
                values[name] = ""
        return cls(**values)

    def saved(self) -> dict[str, str]:
        """What a saved view keeps."""
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name)}

    def query(self, **changes: str) -> str:
        """The address's query that says the same, with ``changes``."""
        return urlencode({name: value for name, value in (self.saved() | changes).items() if value})

    def chips(self, channels: Mapping[str, str]) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the query that lifts it."""
        words = {name: known.get(getattr(self, name), "") for name, known in CHOICES.items()}
        words["channel"] = channels.get(self.channel, self.channel)
        return [(word, f"?{self.query(**{name: ''})}") for name, word in words.items() if word]

    def applied(self, rows: QuerySet[Claim]) -> QuerySet[Claim]:
        """The rows that fit."""
        exact = {
            "state": self.state,
            "kind": self.kind,
            "outcome": self.outcome,
            "channel__slug": self.channel,
        }
        rows = rows.filter(**{name: value for name, value in exact.items() if value})
        return rows.filter(_matching(self.q)) if self.q else rows


def page_of(rows: QuerySet[Claim], bookmark: str) -> tuple[list[Claim], str]:
    """A page, newest first, and the bookmark of the next; a bookmark that was tampered with gives the first."""
    after = _read(bookmark)
    if after:
        at, pk = after
        rows = rows.filter(Q(made_at__lt=at) | Q(made_at=at, pk__lt=pk))
    found = list(rows.order_by("-made_at", "-pk")[: SIZE + 1])
    return found[:SIZE], _write(found[SIZE - 1]) if len(found) > SIZE else ""


def _matching(text: str) -> Q:
    """An order's number, a claim's number, a person by words of their name."""
    number = text.lstrip("#")
    people = Customer.objects.matching(text).values("pk")[:MOST_PEOPLE]
    found = Q(order__number__in=[number, f"#{number}", number.upper()]) | Q(customer_id__in=people)
    return found | Q(pk=int(number)) if number.isdecimal() and len(number) < 18 else found


def _write(claim: Claim) -> str:
    return f"{claim.made_at.isoformat()}~{claim.pk}"


def _read(bookmark: str) -> tuple[datetime, int] | None:
    at, _, pk = bookmark.partition("~")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
        return (moment, int(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
