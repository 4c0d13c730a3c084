"""Which lots a movement takes, purely: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, kw_only=True)
class Part:
    """What of a lot is free to be taken, and what it is."""

    lot_id: int
    free: int
    is_promotional: bool
    activates_at: datetime | None
    expires_at: datetime | None

    def is_active(self, now: datetime) -> bool:
        begun = self.activates_at is None or self.activates_at <= now
        return begun and (self.expires_at is None or self.expires_at > now)


@dataclass(frozen=True, kw_only=True)
class Draw:
    """So much of one lot."""

    lot_id: int
    amount: int


class Only(Enum):
    """Which lots may be taken at all."""

    ANY = "any"
    PRINCIPAL = "principal"
    PROMOTIONAL = "promotional"


def burn_order(parts: Iterable[Part], *, promotional_first: bool = False) -> list[Part]:
    """Earliest expiry first, those without expiry last, then the older; promotional before all if asked."""

    def place(part: Part) -> tuple[bool, bool, float, int]:
        ends = part.expires_at
        late = promotional_first and not part.is_promotional
        return (late, ends is None, ends.timestamp() if ends else 0.0, part.lot_id)

    return sorted((part for part in parts if part.free > 0), key=place)


def spend_order(
    parts: Sequence[Part], *, now: datetime, promotional_first: bool = False, only: Only = Only.ANY
) -> list[Part]:
    """The lots that may be spent at ``now``, in the order they burn."""
    return [
        part
        for part in burn_order(parts, promotional_first=promotional_first)
        if part.is_active(now) and (only is Only.ANY or part.is_promotional == (only is Only.PROMOTIONAL))
    ]


def take_back_order(
    parts: Sequence[Part], *, now: datetime, first: frozenset[int] = frozenset()
) -> list[Part]:
    """For taking a grant back: its own lots (``first``), then what may be spent now, then the rest."""
    return sorted(burn_order(parts), key=lambda part: (part.lot_id not in first, not part.is_active(now)))


def draw(ordered: Iterable[Part], amount: int) -> list[Draw]:
    """Take ``amount`` from the lots in the order given; the draws add up to less when there is less."""
    draws = []
    for part in ordered:
        taken = min(part.free, amount)
        if taken > 0:
            draws.append(Draw(lot_id=part.lot_id, amount=taken))
            amount -= taken
    return draws
