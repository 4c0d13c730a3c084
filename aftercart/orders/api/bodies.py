"""What the API takes about orders. Amounts are minor units of the order's currency."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from aftercart.kernel.api.types import (
    Body,
    Country,
    Currency,
    Email,
    Flag,
    IdNamed,
    Key,
    Language,
    Line,
    Minor,
    Moment,
    Quantity,
    Short,
    only_text,
)
from aftercart.orders.actions import LineDraft, OrderDraft
from aftercart.orders.addresses import Address


def _sensible(day: date) -> date:
    if not 1970 <= day.year <= 2200:
        raise ValueError("must lie between 1970 and 2200")
    return day


Day = Annotated[date, BeforeValidator(only_text), AfterValidator(_sensible)]
SmallAmount = Annotated[Minor, Field(le=10**12)]


class AddressBody(Body):
    """A postal address; ``country`` is ISO 3166-1 alpha-2."""

    name: Short = ""
    company: Short = ""
    line1: Short = ""
    line2: Short = ""
    city: Short = ""
    region: Short = ""
    postcode: Annotated[Short, Field(max_length=20)] = ""
    country: Country = ""
    phone: Annotated[Short, Field(max_length=40)] = ""


class LineBody(Body):
    """A line to be ordered. ``discount_minor`` is off the whole line."""

    title: Annotated[Line, Field(min_length=1)]
    quantity: Quantity
    unit_price_minor: Annotated[Minor, Field(le=10**9)]
    sku: Short = ""
    discount_minor: SmallAmount = 0
    tax_minor: SmallAmount = 0
    kind: Literal["product", "fee", "gift_card"] = "product"
    image_url: Line = ""


class OrderBody(Body):
    """An order to be placed. ``total`` is reckoned by us: lines - discount + shipping (+ tax when on top)."""

    number: Key
    currency: Currency
    lines: list[LineBody] = Field(min_length=1, max_length=500)
    channel: Annotated[
        Short, Field(description="The channel's slug; may be left out when the token has one.")
    ] = ""
    email: Email = ""
    phone: Annotated[Short, Field(max_length=40)] = ""
    language: Language = ""
    external_id: Key | None = None
    ship_to: AddressBody = AddressBody()
    bill_to: AddressBody = AddressBody()
    shipping_minor: SmallAmount = 0
    order_discount_minor: SmallAmount = 0
    discount_code: Short = ""
    prices_include_tax: Flag = True
    payment_method: Annotated[Short, Field(max_length=80)] = ""
    shipping_method: Short = ""
    placed_at: Moment | None = None
    promised_on: Day | None = None
    tags: list[Short] = Field(default_factory=list, max_length=50)
    change_minutes: Annotated[
        Annotated[int, Field(ge=0, le=60 * 24 * 30, strict=True)] | None,
        Field(
            description="How long the shopper may change it, and it is held back; 0 when the store has seen to "
            "that itself. Left out: as the channel's policy says."
        ),
    ] = None

    def draft(self) -> OrderDraft:
        """The order as the action takes it."""
        values = self.model_dump(exclude={"lines", "channel", "ship_to", "bill_to", "tags"})
        return OrderDraft(
            **values,
            lines=tuple(LineDraft(**line.model_dump()) for line in self.lines),
            ship_to=Address(**self.ship_to.model_dump()),
            bill_to=Address(**self.bill_to.model_dump()),
            tags=tuple(self.tags),
        )


class PaymentBody(Body):
    """Money received. ``reference`` is the provider's; the same one is counted once."""

    amount_minor: Annotated[Minor, Field(ge=1)]
    method: Annotated[Key, Field(max_length=80)]
    reference: Key
    paid_at: Moment | None = None


class LineQuantity(Body):
    """Some pieces of a line."""

    line_id: IdNamed
    quantity: Quantity


class FulfilmentBody(Body):
    """What left; without ``lines`` everything that was still to be sent. ``key`` makes it once."""

    key: Key
    lines: list[LineQuantity] | None = Field(default=None, max_length=500)
    fulfilled_at: Moment | None = None


class CancellationBody(Body):
    """Why the open rest is cancelled."""

    reason: Annotated[Short, Field(max_length=200)] = ""


class RefundBody(Body):
    """Money that went back; ``lines`` says for which pieces. ``key`` makes it once."""

    amount_minor: Annotated[Minor, Field(ge=1)]
    key: Key
    reason: Short = ""
    lines: list[LineQuantity] = Field(default_factory=list, max_length=500)


def as_mapping(lines: list[LineQuantity]) -> dict[int, int]:
    """Line id to quantity; a line named twice adds up."""
    wanted: dict[int, int] = {}
    for line in lines:
        wanted[line.line_id] = wanted.get(line.line_id, 0) + line.quantity
    return wanted
