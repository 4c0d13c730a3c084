"""A colleague's note on an order."""

from __future__ import annotations

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.orders.actions.lock import lock_order
from aftercart.orders.events import OrderNoted
from aftercart.orders.models import Note
from aftercart.orders.rules import Refused


@transaction.atomic
def note_order(*, order_id: int, text: str, actor: str) -> Note:
    """Write a note for the team.

    Raises:
        Refused: when the note is empty.
    """
    if not text.strip():
        raise Refused("Write something in the note.")
    order = lock_order(order_id)
    note = Note.objects.create(order=order, text=text.strip(), actor=actor, written_at=clock.now())
    event = OrderNoted(
        order_id=order.pk,
        customer_id=order.customer_id,
        channel_id=order.channel_id,
        number=order.number,
        note_id=note.pk,
    )
    publish(event, actor=actor)
    return note
