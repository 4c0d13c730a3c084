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

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    carrier: str
    tracking_number: str


@event
class ParcelScanned(ParcelEvent):
    """The carrier said something new; ``status`` is the parcel's status after it."""

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    status: str
    place: str


@event
class ParcelDelivered(ParcelEvent):
    """The parcel arrived, as the carrier says."""

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    delivered_at: datetime
    days_late: int | None
