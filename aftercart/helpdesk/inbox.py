"""The inbox's lists: who waits first, which views there are, and pages by bookmark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from aftercart.customers.models import Customer
from aftercart.helpdesk.models import Message, Ticket
from aftercart.helpdesk.rules import SUBJECTS
from aftercart.orders.models import Order
from aftercart.stores.models import StaffMember
from aftercart.stores.permissions import within_channels

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SIZE = 40
MOST_COUNTED = 1000
MOST_OTHERS = 500

VIEWS = {
    "waiting": "Waiting for us",
    "mine": "Mine",
    "open": "Open",
    "pending": "Waiting for the customer",
    "closed": "Closed",
    "all": "All",
}


@dataclass(frozen=True, kw_only=True)
class View:
    """A tab of the inbox. ``count`` is given for the views whose size matters, capped at 1,000."""

    key: str
    label: str
    count: str


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    """Some tickets of a view. ``next`` is the bookmark of the page after, empty at the end."""

    tickets: list[Ticket]
    next: str


def views(member: StaffMember) -> list[View]:
    """The tabs; what waits, is the member's or is open is counted by their indexes, never past the cap."""
    counted = {"waiting", "mine", "open"}
    return [
        View(key=key, label=label, count=_counted(_of_view(key, member)) if key in counted else "")
        for key, label in VIEWS.items()
    ]


def inbox_page(member: StaffMember, *, view: str, search: str = "", after: str = "") -> InboxPage:
    """A page of the view: longest waiting first where people wait, else newest first.

    ``search`` finds names, e-mail addresses, order numbers and subjects. A bookmark that was tampered with
    gives the first page.
    """
    found = _of_view(view, member)
    field, is_rising = ("waiting_since", True) if view == "waiting" else ("last_message_at", False)
    bookmark = _read(after)
    if bookmark:
        found = found.filter(_past(field, *bookmark, is_rising=is_rising))
    sign = "" if is_rising else "-"
    found = found.order_by(f"{sign}{field}", f"{sign}id")
    if search.strip():
        found = found.filter(pk__in=_matching(found, search.strip()))
    rows = list(_for_list(found)[: SIZE + 1])
    more = len(rows) > SIZE
    return InboxPage(tickets=rows[:SIZE], next=_write(rows[SIZE - 1], field) if more else "")


def next_waiting(member: StaffMember, ticket: Ticket) -> int | None:
    """The ticket that has waited longest apart from this one: where to go after an answer."""
    others = _of_view("waiting", member).exclude(pk=ticket.pk).order_by("waiting_since", "id")
    return others.values_list("pk", flat=True).first()


def _of_view(view: str, member: StaffMember) -> QuerySet[Ticket]:
    seen = within_channels(Ticket.objects.all(), member)
    if view == "waiting":
        return seen.filter(waiting_since__isnull=False)
    if view == "mine":
        return seen.filter(assignee=member).exclude(state=Ticket.State.CLOSED)
    return seen if view == "all" else seen.filter(state=view)


def _for_list(found: QuerySet[Ticket]) -> QuerySet[Ticket]:
    told = Message.objects.filter(ticket=OuterRef("pk")).exclude(kind=Message.Kind.NOTE)
    newest = told.order_by("-sent_at", "-id").values("text")[:1]
    related = found.select_related("customer", "order", "channel", "assignee__user")
    return related.annotate(preview=Subquery(newest))


def _counted(found: QuerySet[Ticket]) -> str:
    count = found.order_by()[:MOST_COUNTED].count()
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def _matching(found: QuerySet[Ticket], text: str) -> set[int]:
    """The first tickets of an ordered view that the text is about: one indexed query per way to be about it.

    Joining the ways in one condition would read every ticket of the view.
    """
    plain = text.lstrip("#").strip()
    numbers = [f"{sign}{number}" for sign in ("", "#") for number in (plain, plain.upper(), plain.lower())]
    orders = Order.objects.filter(number__in=numbers).values_list("pk", flat=True)
    people = Customer.objects.matching(text).values_list("pk", flat=True)
    topics = [topic for topic, subject in SUBJECTS.items() if text.casefold() in subject.casefold()]
    ways = [
        Q(order_id__in=list(orders[:MOST_OTHERS])),
        Q(customer_id__in=list(people[:MOST_OTHERS])),
        Q(topic__in=topics),
    ]
    return {pk for way in ways for pk in found.filter(way).values_list("pk", flat=True)[: SIZE + 1]}


def _past(field: str, at: datetime, ticket_id: int, *, is_rising: bool) -> Q:
    step, edge = ("gt", "gte") if is_rising else ("lt", "lte")
    return Q(**{f"{field}__{edge}": at}) & (Q(**{f"{field}__{step}": at}) | Q(**{f"id__{step}": ticket_id}))


def _write(ticket: Ticket, field: str) -> str:
    return f"{(getattr(ticket, field) - EPOCH) // timedelta(microseconds=1)}-{ticket.pk}"


def _read(bookmark: str) -> tuple[datetime, int] | None:
    try:
        micros, ticket_id = bookmark.rsplit("-", 1)
        return EPOCH + timedelta(microseconds=int(micros)), int(ticket_id)
    except (ValueError, OverflowError):
        return None
