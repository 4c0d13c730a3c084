"""What to fetch for a run: summed per article over its orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aftercart.orders.models import Line


@dataclass(frozen=True, kw_only=True)
class ToFetch:
    """One article: how many pieces, for which orders (number and pieces)."""

    sku: str
    title: str
    variant: str
    picture: str
    pieces: int
    orders: tuple[tuple[str, int], ...]


def pick_list(order_ids: Sequence[int]) -> list[ToFetch]:
    """Articles by SKU, those without one by title last; one query."""
    lines = Line.objects.filter(order_id__in=order_ids).exclude(kind=Line.Kind.FEE)
    lines = lines.select_related("order", "variant__product")
    wanted: dict[tuple[bool, str, str], list[Line]] = {}
    for line in lines:
        if line.open_quantity:
            wanted.setdefault((not line.sku, line.sku, line.title if not line.sku else ""), []).append(line)
    return [_fetched(found) for _, found in sorted(wanted.items(), key=lambda pair: pair[0])]


def _fetched(lines: list[Line]) -> ToFetch:
    first = lines[0]
    orders: dict[str, int] = {}
    for line in lines:
        orders[line.order.number] = orders.get(line.order.number, 0) + line.open_quantity
    return ToFetch(
        sku=first.sku,
        title=first.title,
        variant=first.variant.title if first.variant else "",
        picture=first.picture,
        pieces=sum(orders.values()),
        orders=tuple(sorted(orders.items())),
    )
