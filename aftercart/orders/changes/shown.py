"""What a shopper may still change, until when, and what became of what they asked: for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercart.orders.changes.planning import basket_of
from aftercart.orders.changes.policies import policy_of
from aftercart.orders.changes.rules import KINDS, may_ask
from aftercart.orders.changes.telling import KIND_WORDS, STATE_WORDS
from aftercart.orders.models import Change, Kind, Line, Order

PER_LINE = (Kind.QUANTITY, Kind.VARIANT, Kind.REMOVE)
ICONS = {"cancel": "ban", "address": "map-pin", "add": "plus"}
SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """A change as a row: ``tone`` and ``state`` say how it stands."""

    id: int
    title: str
    state: str
    tone: str
    at: datetime
    difference_minor: int
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class ChangeBox:
    """``until`` is none when the window is over. ``kinds`` are those for the whole order, ``line_kinds`` those
    for a line."""

    until: datetime | None
    kinds: Sequence[tuple[str, str, str]]
    line_kinds: Sequence[str]
    open: ShownChange | None
    history: Sequence[ShownChange]

    @property
    def may_change(self) -> bool:
        return bool(self.until and not self.open and (self.kinds or self.line_kinds))

    @property
    def is_empty(self) -> bool:
        return not (self.until or self.history)


def change_box(order: Order, now: datetime) -> ChangeBox | None:
    """The order's changes; none for one that never had a window nor a change. At most two queries, and the
    order's lines are loaded already."""
    if order.changeable_until is None:
        return None
    found = [shown(change, now) for change in Change.objects.filter(order=order).order_by("-pk")[:SHOWN]]
    until = order.changeable_until if now < order.changeable_until else None
    possible = _possible(order, now) if until else []
    return ChangeBox(
        until=until if possible else None,
        kinds=[(kind, str(KIND_WORDS[kind]), ICONS[kind]) for kind in possible if kind not in PER_LINE],
        line_kinds=[kind for kind in possible if kind in PER_LINE],
        open=next((change for change in found if change.is_open), None),
        history=found,
    )


def shown(change: Change, now: datetime) -> ShownChange:
    """A change as a row; one whose time is over is too late, whether or not a job has said so yet."""
    is_over = change.is_open and change.expires_at is not None and change.expires_at <= now
    words, tone = STATE_WORDS["expired" if is_over else change.state]
    return ShownChange(
        id=change.pk,
        title=str(KIND_WORDS[change.kind]),
        state=str(words),
        tone=tone,
        at=change.asked_at,
        difference_minor=change.difference_minor,
        is_open=change.is_open and not is_over,
    )


def _possible(order: Order, now: datetime) -> list[str]:
    policy = policy_of(order.channel_id)
    basket = basket_of(order, list[Line](order.lines.all()))
    return [
        kind
        for kind in KINDS
        if not may_ask(
            kind=kind,
            basket=basket,
            changeable_until=order.changeable_until,
            is_staff=False,
            mode=policy.mode(kind),
            now=now,
        )
    ]
