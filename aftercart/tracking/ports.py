"""What carriers' services look like to us: one shape for all, whatever they speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class HeardScan:
    """One thing a carrier said. ``status`` is ours, or empty where ``raw_code`` is a code we do not know.

    ``key`` names the scan where its teller does; without one its content does.
    """

    occurred_at: datetime
    status: str = ""
    reason: str = ""
    raw_code: str = ""
    message: str = ""
    place: str = ""
    key: str = ""


class CarrierTrouble(Exception):
    """The carrier's service could not answer. The message is shown on the desk."""

    retry_after: float | None = None


class Busy(CarrierTrouble):
    """Asked too often (HTTP 429): leave it alone for ``retry_after`` seconds, where it says so."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(CarrierTrouble):
    """No answer, or one that makes no sense: try later."""


class NotAllowed(CarrierTrouble):
    """Our credentials were refused: a person must look."""


class UnknownNumber(CarrierTrouble):
    """The carrier does not know this number, perhaps not yet. Its service is well."""


class CarrierSource(Protocol):
    """A carrier's service that is asked about one parcel after another.

    ``carriers`` are our codes of the carriers it knows; ``budget`` is how many questions it takes an hour.
    """

    code: str
    label: str
    carriers: frozenset[str]
    budget: int

    def look(self, tracking_number: str) -> Sequence[HeardScan]:
        """All the carrier says about a parcel, in any order.

        Raises:
            CarrierTrouble: one of its kinds above.
        """
        ...
