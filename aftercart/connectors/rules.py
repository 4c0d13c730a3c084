"""Pure decisions about imports: which purchase a credit note takes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A line of one customer for one article at one price: bought, or taken back when ``is_credit``."""

    line: int
    quantity: int
    is_credit: bool


@dataclass(frozen=True, kw_only=True)
class Match:
    """``quantity`` pieces of the purchase ``line`` are taken back by ``credit``."""

    credit: int
    line: int
    quantity: int


def match_credits(moved: Iterable[Moved]) -> list[Match]:
    """Which purchases the credits take back; ``moved`` is in order of time, purchases first at one moment.

    A credit takes from the newest earlier purchase that still holds its whole quantity, else from the
    newest earlier ones in turn. Nothing is taken twice; what finds no purchase is left unmatched.
    """
    held: list[list[int]] = []
    matches: list[Match] = []
    for one in moved:
        if not one.is_credit:
            held.append([one.line, one.quantity])
            continue
        wanted = one.quantity
        whole = next((purchase for purchase in reversed(held) if purchase[1] >= wanted), None)
        for purchase in [whole] if whole else list(reversed(held)):
            taken = min(wanted, purchase[1])
            if taken:
                purchase[1] -= taken
                wanted -= taken
                matches.append(Match(credit=one.line, line=purchase[0], quantity=taken))
        held = [purchase for purchase in held if purchase[1]]
    return matches
