"""Pure decisions at the bench: what may be sent, which line a scan means, what is in which parcel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aftercart.orders.rules import Refused

RUN_LASTS = timedelta(hours=4)
MOST_IN_RUN = 50
MOST_PARCELS = 10
PAID = ("paid", "partly_refunded")
ON_DELIVERY = "cash_on_delivery"


def may_send(*, state: str, payment_state: str, payment_method: str, asked_minor: int) -> None:
    """Refuse to pack what is not to be sent, as far as the order's own state goes.

    Raises:
        Refused: when it is no longer open, or not paid (and not paid at the door), or a raise waits for money.
    """
    if state == "cancelled":
        raise Refused("This order is cancelled: nothing of it can be sent.")
    if state != "open":
        raise Refused("Nothing of this order is still to be sent.")
    if payment_method != ON_DELIVERY and (payment_state not in PAID or asked_minor):
        raise Refused("This order is not paid.")


@dataclass(frozen=True, kw_only=True)
class ToPack:
    """A line on the bench. ``codes`` are its SKU and barcode."""

    line_id: int
    title: str
    open: int
    codes: tuple[str, ...] = ()


Packed = Mapping[tuple[int, int], int]
"""Pieces by line and parcel (from 1)."""


def packed_of(packed: Packed, line_id: int) -> int:
    """How many of a line are in any parcel."""
    return sum(pieces for (line, _), pieces in packed.items() if line == line_id)


def count_scan(
    code: str, lines: Sequence[ToPack], packed: Packed, *, parcel: int
) -> dict[tuple[int, int], int]:
    """What is packed after one piece was scanned into ``parcel``. Two lines of one article fill one after the other.

    Raises:
        Refused: for an article that is not in the order, or of which everything is packed.
    """
    wanted = code.strip().casefold()
    meant = [
        line for line in lines if wanted and wanted in {known.casefold() for known in line.codes if known}
    ]
    if not meant:
        raise Refused(f"“{code.strip()}” is not in this order. Put it back.")
    for line in meant:
        if packed_of(packed, line.line_id) < line.open:
            place = (line.line_id, parcel)
            return {**packed, place: packed.get(place, 0) + 1}
    total = sum(line.open for line in meant)
    raise Refused(f"All {total} of “{meant[0].title}” are packed already. Put this one back.")


def fill(lines: Iterable[ToPack], packed: Packed, *, parcel: int) -> dict[tuple[int, int], int]:
    """Everything that is in no parcel yet, into ``parcel``."""
    full = dict(packed)
    for line in lines:
        missing = line.open - packed_of(packed, line.line_id)
        if missing > 0:
            full[line.line_id, parcel] = full.get((line.line_id, parcel), 0) + missing
    return full


def parcels_of(lines: Sequence[ToPack], packed: Packed, *, parcels: int) -> list[dict[int, int]]:
    """Pieces by line of each parcel, in order.

    Raises:
        Refused: when nothing is packed, a parcel is empty, or more of a line is packed than is open.
    """
    for line in lines:
        if packed_of(packed, line.line_id) > line.open:
            raise Refused(f"Only {line.open} of “{line.title}” are still to be sent.")
    contents = [
        {line.line_id: packed[line.line_id, number] for line in lines if packed.get((line.line_id, number))}
        for number in range(1, parcels + 1)
    ]
    if not any(contents):
        raise Refused("Nothing is packed yet: scan or count what goes into the parcel.")
    for number, content in enumerate(contents, 1):
        if not content:
            raise Refused(f"Parcel {number} is empty.")
    return contents
