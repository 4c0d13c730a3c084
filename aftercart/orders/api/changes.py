"""Changes and holds of orders over the API: the same actions as the desk's, without a window."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.types import Body, Id, IdNamed, Key, Quantity, Short, Stamp
from aftercart.orders.actions import (
    approve_change,
    ask_change,
    hold_order,
    refuse_change,
    release_order,
    undo_change,
    withdraw_change,
)
from aftercart.orders.api.bodies import AddressBody
from aftercart.orders.api.doors import get_reached, refusals
from aftercart.orders.api.shown import OrderShown, show_order
from aftercart.orders.models import Change
from aftercart.stores.tokens import TokenRequest, need

router = Router(tags=["Order changes"])
SHOWN = 100


class ChangeShown(Schema):
    """A change of an order. ``state``: waiting, unpaid, applied, refused, withdrawn or expired."""

    id: int
    order_id: int
    kind: str
    state: str
    total_before_minor: int
    total_after_minor: int
    charge_minor: int
    given_back_minor: int
    note: str
    answer: str
    policy_revision: int
    asked_by: str
    asked_at: Stamp
    expires_at: Stamp | None
    ended_at: Stamp | None


class ChangeBody(Body):
    """What is wanted. ``key`` makes it once. ``line_id``, ``variant_id``, ``quantity`` (of the line altogether) and
    ``ship_to`` as the kind needs them."""

    kind: Literal["cancel", "address", "variant", "quantity", "add", "remove"]
    key: Key
    line_id: IdNamed | None = None
    variant_id: IdNamed | None = None
    quantity: Quantity | None = None
    ship_to: AddressBody | None = None
    reason: Short = ""

    def wish(self) -> dict[str, Any]:
        """As the action takes it."""
        wanted: dict[str, Any] = {
            "line": self.line_id,
            "variant": self.variant_id,
            "quantity": self.quantity,
            "reason": self.reason or None,
            "ship_to": {k: v for k, v in self.ship_to.model_dump().items() if v} if self.ship_to else None,
        }
        return {name: value for name, value in wanted.items() if value is not None}


class KeyBody(Body):
    """``key`` makes it once."""

    key: Key


class ReasonBody(Body):
    """Why."""

    reason: Short = ""


def show(change: Change) -> ChangeShown:
    """A change as the API tells it."""
    return ChangeShown.model_validate(change, from_attributes=True)


@router.get("/{order_id}/changes", response=list[ChangeShown], summary="Changes of an order")
def list_changes(request: HttpRequest, order_id: Id) -> object:
    """The order's changes, newest first."""
    order = get_reached(need(request, "orders:read"), order_id)
    return [show(change) for change in Change.objects.filter(order=order).order_by("-pk")[:SHOWN]]


@router.post("/{order_id}/changes", response={201: ChangeShown}, summary="Change an order")
@once
def add_change(request: HttpRequest, order_id: Id, body: ChangeBody) -> Status[ChangeShown]:
    """Change what has not left; a higher price is asked for first, a lower one given back at once."""
    known = need(request, "orders:write")
    get_reached(known, order_id)
    with refusals():
        change = ask_change(
            order_id=order_id,
            kind=body.kind,
            wish=body.wish(),
            key=f"api:{order_id}:{body.key}",
            actor=known.actor,
        )
    return Status(201, show(change))


@router.post(
    "/{order_id}/changes/{change_id}/approval", response={201: ChangeShown}, summary="Approve a change"
)
@once
def add_approval(request: HttpRequest, order_id: Id, change_id: Id) -> Status[ChangeShown]:
    """Say yes to a change that waits."""
    known, change = _found(request, order_id, change_id)
    with refusals():
        return Status(201, show(approve_change(change_id=change.pk, actor=known.actor)))


@router.post(
    "/{order_id}/changes/{change_id}/refusal", response={201: ChangeShown}, summary="Refuse a change"
)
@once
def add_refusal(request: HttpRequest, order_id: Id, change_id: Id, body: ReasonBody) -> Status[ChangeShown]:
    """Say no to an open change; the shopper reads the reason."""
    known, change = _found(request, order_id, change_id)
    with refusals():
        return Status(201, show(refuse_change(change_id=change.pk, reason=body.reason, actor=known.actor)))


@router.post(
    "/{order_id}/changes/{change_id}/withdrawal", response={201: ChangeShown}, summary="Withdraw a change"
)
@once
def add_withdrawal(request: HttpRequest, order_id: Id, change_id: Id) -> Status[ChangeShown]:
    """Take an open change back."""
    known, change = _found(request, order_id, change_id)
    with refusals():
        return Status(201, show(withdraw_change(change_id=change.pk, actor=known.actor)))


@router.post("/{order_id}/changes/{change_id}/undoing", response={201: ChangeShown}, summary="Undo a change")
@once
def add_undoing(request: HttpRequest, order_id: Id, change_id: Id, body: KeyBody) -> Status[ChangeShown]:
    """Make the order what it was, unless something happened to it since."""
    known, change = _found(request, order_id, change_id)
    with refusals():
        made = undo_change(change_id=change.pk, key=f"api:{order_id}:{body.key}", actor=known.actor)
    return Status(201, show(made))


@router.post("/{order_id}/hold", response={201: OrderShown}, summary="Hold an order")
@once
def add_hold(request: HttpRequest, order_id: Id, body: ReasonBody) -> Status[OrderShown]:
    """Hold an order back until it is released."""
    known = need(request, "orders:write")
    get_reached(known, order_id)
    with refusals():
        hold_order(order_id=order_id, reason=body.reason, actor=known.actor)
    return Status(201, show_order(get_reached(known, order_id)))


@router.post("/{order_id}/release", response={201: OrderShown}, summary="Release an order")
@once
def add_release(request: HttpRequest, order_id: Id, body: ReasonBody) -> Status[OrderShown]:
    """Let an order go now: its change window ends, and a change still open is refused."""
    known = need(request, "orders:write")
    get_reached(known, order_id)
    with refusals():
        release_order(order_id=order_id, reason=body.reason, actor=known.actor)
    return Status(201, show_order(get_reached(known, order_id)))


def _found(request: HttpRequest, order_id: int, change_id: int) -> tuple[TokenRequest, Change]:
    known = need(request, "orders:write")
    order = get_reached(known, order_id)
    return known, get_object_or_404(Change, order=order, pk=change_id)
