"""What parcels' news says, and which facts are still worth saying when they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from aftercart.messaging.messages import News, Saying, Telling, teller
from aftercart.orders.messages import reader_of, visible_order
from aftercart.orders.models import Line, Order
from aftercart.orders.permissions import order_page_url
from aftercart.stores.models import StaffMember
from aftercart.tracking.models import Parcel
from aftercart.tracking.news_rules import KIND_OF, Fact, Seen, choose, why_stale

TOPIC = "parcels"
SAMPLE_URL = "https://shop.example/orders/sample"


@teller(TOPIC)
def tell_parcel_news(about: str, news: Sequence[News]) -> Telling:
    """One message about everything that is still true; the weightiest fact gives it its words."""
    order = Order.objects.select_related("channel", "customer").get(pk=int(about.rpartition(":")[2]))
    parcels = _parcels(order)
    seen = {parcel.pk: Seen(status=parcel.status) for parcel in parcels}
    facts = [Fact(id=item.id, kind=item.kind, parcel_id=int(item.facts["parcel_id"])) for item in news]
    to_come = pieces_to_come(order)
    choice = choose(facts, seen, is_all_sent=to_come == 0)
    if not choice.kind:
        return Telling(reader=reader_of(order), dropped=choice.dropped)
    told = [parcel for parcel in parcels if parcel.pk in choice.parcel_ids]
    delay = next((item.facts for item in reversed(news) if item.kind == "parcel_delayed"), {})
    context = parcel_context(order, told, url=order_page_url(order.pk), to_come=to_come, delay=delay)
    facts_kept = {"kind": choice.kind, "parcel_ids": [parcel.pk for parcel in told]}
    said = Saying(kind=choice.kind, context=context, covers=choice.covers, facts=facts_kept)
    return Telling(reader=reader_of(order), said=[said], dropped=choice.dropped)


def parcel_context(
    order: Order,
    parcels: Sequence[Parcel],
    *,
    url: str,
    to_come: int,
    delay: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The variables of all parcel kinds."""
    expected_by = str((delay or {}).get("expected_by") or "")
    troubled = [parcel.status for parcel in parcels if KIND_OF.get(parcel.status) == "parcel_problem"]
    return {
        "name": reader_of(order).name,
        "number": order.number,
        "order_url": url,
        "parcels": [
            _parcel(order, parcel, expected_by if delay else "", is_late=bool(delay)) for parcel in parcels
        ],
        "count": len(parcels),
        "to_come": to_come,
        "problem": troubled[0] if troubled else "",
        "cause": str((delay or {}).get("cause") or "promise"),
        "expected_by": expected_by,
    }


def _parcel(order: Order, parcel: Parcel, expected_by: str, *, is_late: bool) -> dict[str, Any]:
    due = expected_by if is_late else _day(parcel.promised_on)
    is_open = parcel.status in {"pending", "info_received", "in_transit", "out_for_delivery"}
    waits = parcel.status in {"available_for_pickup", "attempt_failed"}
    newest = max(parcel.scans.all(), key=lambda scan: scan.occurred_at, default=None)
    return {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "tracking_url": parcel.tracking_url,
        "status": parcel.status,
        "due_on": due if is_open else "",
        "place": newest.place if newest and waits else "",
        "lines": [
            {"title": packed.line.title_in(order.language), "quantity": packed.quantity}
            for packed in parcel.lines.all()
        ],
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def pieces_to_come(order: Order) -> int:
    """How many pieces have neither left nor been cancelled."""
    lines = order.lines.exclude(kind=Line.Kind.FEE)
    return sum(line.open_quantity for line in lines)


def no_longer_true(facts: Mapping[str, Any]) -> str:
    """Why news of parcels is stale when it leaves, or nothing."""
    found = Parcel.objects.filter(pk__in=facts["parcel_ids"]).values_list("status", flat=True)
    return why_stale(str(facts["kind"]), list(found))


def example(kind: str, number: str, member: StaffMember) -> dict[str, Any] | None:
    """The context of a kind for an order the member may see: its parcels, or one that looks like its own."""
    order = visible_order(number, member)
    if order is None:
        return None
    delay = {"cause": "promise", "expected_by": ""} if kind == "parcel_delayed" else None
    context = parcel_context(
        order, _parcels(order), url=SAMPLE_URL, to_come=pieces_to_come(order), delay=delay
    )
    if not context["parcels"]:
        lines = [
            {"title": line.title_in(order.language), "quantity": line.quantity}
            for line in order.lines.select_related("variant__product")
        ]
        sample = {"carrier": "DHL", "tracking_number": "", "tracking_url": "", "due_on": "", "place": ""}
        context["parcels"] = [{**sample, "status": "in_transit", "lines": lines}]
        context["count"] = 1
    statuses = [status for status, told_by in KIND_OF.items() if told_by == kind]
    for parcel in context["parcels"]:
        parcel["status"] = statuses[0] if statuses else parcel["status"]
    context["problem"] = "exception" if kind == "parcel_problem" else ""
    return context


def _parcels(order: Order) -> list[Parcel]:
    rows: Iterable[Parcel] = (
        order.parcels.filter(direction="outbound")
        .exclude(status="cancelled")
        .prefetch_related("lines__line__variant__product", "scans")
        .order_by("pk")
    )
    return list(rows)
