"""An order's hold and its changes, for its page on the desk."""

from __future__ import annotations

from typing import Any

from aftercart.kernel import clock
from aftercart.orders.changes.basket import Basket
from aftercart.orders.changes.planning import basket_of
from aftercart.orders.changes.telling import told
from aftercart.orders.desk.forms import new_key
from aftercart.orders.models import ChangeState, Kind, Line, Order

SHOWN = 10


def changes_panel(order: Order, *, may_change: bool, may_send: bool) -> dict[str, Any]:
    """What ``orders/changes/desk/panel.html`` shows."""
    now = clock.now()
    lines = list(order.lines.all())
    here = basket_of(order, lines).digest
    changes = list(order.changes.order_by("-pk")[:SHOWN])
    has_open = any(change.is_open for change in changes)
    rows = []
    for change in changes:
        may_undo = (
            may_change
            and not has_open
            and change.state == ChangeState.APPLIED
            and change.kind != Kind.UNDO
            and Basket.from_json(change.after).digest == here
        )
        rows.append((change, told(change, "en"), may_undo))
    to_send = [line for line in lines if line.kind != Line.Kind.FEE and line.open_quantity]
    return {
        "order": order,
        "is_held": order.state == "open" and order.is_held(now),
        "changes": rows,
        "lines": to_send,
        "may_change": may_change and order.state == "open" and bool(to_send) and not has_open,
        "may_send": may_send,
        "key": new_key(),
    }
