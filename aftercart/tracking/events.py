"""What happens to parcels."""

from __future__ import annotations

from datetime import datetime

from aftercart.kernel.journal.events import Event, event


class ParcelEvent(Event):
    """Something that happened to one parcel."""

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@event
class ParcelSent(ParcelEvent):
    """A parcel was announced or handed to the carrier."""

    icon = "truck"

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    carrier: str
    tracking_number: str

    def detail(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()


@event
class ParcelScanned(ParcelEvent):
    """The carrier said something new; ``status`` is the parcel's status after it."""

    icon = "map-pin"

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    status: str
    place: str

    def detail(self) -> str:
        return f"{self.status.replace('_', ' ').capitalize()} {self.place}".strip()


@event
class ParcelStatusChanged(ParcelEvent):
    """What follows from all scans is another status than before.

    ``since`` is when the deciding scan occurred, which may be days before it was told; ``scan_id`` names it, and is
    ``None`` where the clock alone decided (silence). ``reason`` is why, for an exception.
    """

    icon = "map-pin"

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    status: str
    before: str
    reason: str
    place: str
    carrier: str
    tracking_number: str
    since: datetime
    scan_id: int | None

    def detail(self) -> str:
        why = self.reason.replace("_", " ")
        return (
            f"{self.status.replace('_', ' ').capitalize()}{f' ({why})' if why else ''} {self.place}".strip()
        )


@event
class ParcelCancelled(ParcelEvent):
    """The shop took a parcel back before it travelled, or sent another in its place."""

    icon = "ban"

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    reason: str
    replaced_by_id: int | None

    def detail(self) -> str:
        return self.reason


@event
class OrderDelivered(Event):
    """Everything of an order has arrived: said once, whatever carriers say afterwards."""

    icon = "package-check"
    tone = "success"

    order_id: int
    customer_id: int | None
    channel_id: int
    delivered_at: datetime
    parcels: int

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@event
class ParcelDelivered(ParcelEvent):
    """The parcel arrived, as the carrier says."""

    icon = "package-check"
    tone = "success"

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    delivered_at: datetime
    days_late: int | None

    def detail(self) -> str:
        return f"{self.days_late} days late" if self.days_late else "In time" if self.days_late == 0 else ""
