"""A question on the desk: what was said, who says it, their orders and their story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from aftercart.claims.models import Claim
from aftercart.helpdesk.models import Message, Ticket
from aftercart.kernel.journal.models import Entry, EntryQuerySet
from aftercart.kernel.journal.story import tell
from aftercart.kernel.journal.timeline import timeline_page
from aftercart.kernel.uploads.models import Upload
from aftercart.orders.models import Order
from aftercart.stores.models import Role, StaffMember
from aftercart.stores.permissions import sees_channel, told_to, within_channels
from aftercart.stores.rules import permissions_of

SHOWN_ORDERS = 5
SHOWN_ENTRIES = 12
SHOWN_CLAIMS = 5
SIDES = {Message.Kind.CUSTOMER: "them", Message.Kind.STAFF: "us", Message.Kind.NOTE: "note"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message on the desk; ``is_new`` when it came after what the reader had seen.

    ``is_looked_up`` when its writer proved no more than number and e-mail or postcode.
    """

    author: str
    text: str
    at: datetime
    side: str
    is_new: bool
    is_looked_up: bool


def said(messages: Sequence[Message], *, seen: int | None = None) -> list[Said]:
    """The whole conversation with its notes; what came after ``seen`` is marked."""
    return [
        Said(
            author=message.author_name or "Customer",
            text=message.text,
            at=message.sent_at,
            side=SIDES[Message.Kind(message.kind)],
            is_new=seen is not None and message.pk > seen,
            is_looked_up=bool(message.visit),
        )
        for message in messages
    ]


def beside(ticket: Ticket, member: StaffMember) -> dict[str, Any]:
    """What stands beside a conversation: the customer's other questions, orders with parcels, story.

    A member of some channels is told of those alone.
    """
    if ticket.customer_id is None:
        orders = [ticket.order] if ticket.order else []
        return {"orders": orders, "others": [], "story": [], "claims": _claims(ticket)}
    found = within_channels(Order.objects.filter(customer_id=ticket.customer_id), member)
    found = found.order_by("-placed_at")
    orders = list(found.prefetch_related("parcels")[: SHOWN_ORDERS + 1])
    others = within_channels(Ticket.objects.filter(customer_id=ticket.customer_id), member)
    others = others.exclude(pk=ticket.pk)
    told = cast("EntryQuerySet", told_to(Entry.objects.timeline(customer_id=ticket.customer_id), member))
    story = timeline_page(told, size=SHOWN_ENTRIES)
    return {
        "orders": _this_first(orders, ticket.order)[:SHOWN_ORDERS],
        "has_more_orders": len(orders) > SHOWN_ORDERS,
        "others": list(others.order_by("-last_message_at")[:5]),
        "story": [tell(entry) for entry in story.entries],
        "claims": _claims(ticket),
    }


def _claims(ticket: Ticket) -> list[tuple[Claim, list[str]]]:
    """The problems reported with the order asked about, with the names of their photos: two queries."""
    if ticket.order_id is None:
        return []
    claims = list(Claim.objects.filter(order_id=ticket.order_id).order_by("-made_at", "-pk")[:SHOWN_CLAIMS])
    photos: dict[str, list[str]] = {claim.subject: [] for claim in claims}
    sent = Upload.objects.filter(subject__in=photos).order_by("pk") if claims else Upload.objects.none()
    for subject, name in sent.values_list("subject", "name"):
        photos[subject].append(name)
    return [(claim, photos[claim.subject]) for claim in claims]


def assignable(ticket: Ticket) -> list[StaffMember]:
    """Colleagues who may answer and work for the ticket's channel."""
    roles = [role for role in Role.values if "questions.answer" in permissions_of(role)]
    members = StaffMember.objects.filter(role__in=roles, user__is_active=True)
    found = members.select_related("user").prefetch_related("channels").order_by("user__name")
    return [member for member in found if sees_channel(member, ticket.channel_id)]


def _this_first(orders: list[Order], this: Order | None) -> list[Order]:
    if this is None:
        return orders
    return [order for order in orders if order.pk == this.pk] + [o for o in orders if o.pk != this.pk]
