"""What happens to parcels."""

from __future__ import annotations

from datetime import date, datetime

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


@event
class ParcelDelayed(ParcelEvent):
    """A parcel is late or silent; once per parcel and ``cause`` (``promise`` or ``silence``).

    ``expected_by`` is when nine of ten such parcels have come, given how long this one is under way; ``None``
    when nobody knows.
    """

    icon = "clock"
    tone = "warn"

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    delay_id: int
    cause: str
    days_late: int | None
    days_silent: int
    promised_on: date | None
    expected_by: date | None
    carrier: str

    def detail(self) -> str:
        if self.cause == "silence":
            return f"no word for {self.days_silent} days"
        return f"{self.days_late} days past the promise"


@event
class ParcelDelayResolved(ParcelEvent):
    """A delay is over: ``how`` is ``delivered``, ``moved`` or ``ended``."""

    icon = "clock"

    parcel_id: int
    order_id: int
    customer_id: int | None
    channel_id: int
    delay_id: int
    cause: str
    how: str

    def detail(self) -> str:
        return self.how


class PickEvent(Event):
    """Something about who packs an order."""

    order_id: int
    customer_id: int | None
    channel_id: int
    run_id: int

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@event
class PickStarted(PickEvent):
    """A packer took the order from the queue."""

    icon = "package"

    order_id: int
    customer_id: int | None
    channel_id: int
    run_id: int


@event
class PickEnded(PickEvent):
    """The order is nobody's again: ``how`` is packed or released. What runs out ends by the clock, untold."""

    icon = "package"

    order_id: int
    customer_id: int | None
    channel_id: int
    run_id: int
    how: str

    def detail(self) -> str:
        return self.how.capitalize()
