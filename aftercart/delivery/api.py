"""Delivery over the API: what a checkout may promise, before there is an order."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import translation
from ninja import Router, Schema
from pydantic import Field

from aftercart.delivery.promises import Destination, Estimate, estimate_by, method_named, methods_of
from aftercart.delivery.words import explained, said
from aftercart.kernel import clock
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import Body, Country, Language, Minor, Moment, Quantity, Short
from aftercart.stores.models import Channel
from aftercart.stores.tokens import channel_of, need

router = Router(tags=["Delivery"])


class EstimateLine(Body):
    """What is in the basket: its worth decides whether sending is free."""

    quantity: Quantity
    unit_price_minor: Annotated[Minor, Field(le=10**9)]
    sku: Short = ""


class EstimateBody(Body):
    """A checkout. Without ``method`` every method that goes there is answered for."""

    country: Annotated[Country, Field(min_length=2)]
    postcode: Annotated[Short, Field(max_length=20)] = ""
    region: Short = ""
    method: Short = ""
    lines: list[EstimateLine] = Field(default_factory=list, max_length=500)
    channel: Annotated[
        Short, Field(description="The channel's slug; may be left out when the token has one.")
    ] = ""
    language: Language = ""
    at: Moment | None = None


class EstimateShown(Schema):
    """One way to send: what it costs, and when it comes. ``likely``: half arrive by then; ``by``: nine of ten do."""

    method: str
    name: str
    carrier: str
    price_minor: int
    currency: str
    earliest: date
    likely: date
    by: date
    basis: str
    text: str
    reason: str


class EstimatesShown(Schema):
    """The ways to send there, in the shop's order; empty when there is none."""

    items: list[EstimateShown]


@router.post("/estimates", response=EstimatesShown, summary="When would it come?")
def estimates(request: HttpRequest, body: EstimateBody) -> EstimatesShown:
    """Promises for a checkout, in words of the language asked for. Nothing is kept."""
    channel = channel_of(need(request, "orders:read"), body.channel)
    methods = methods_of(channel)
    if body.method:
        chosen = method_named(methods, body.method)
        if chosen is None:
            raise Problem(
                422, "The channel has no such method.", [("/method", "names none of the channel's")]
            )
        methods = [chosen]
    to = Destination(country=body.country, region=body.region, postcode=body.postcode)
    at = body.at or clock.now()
    found = [estimate_by(method, destination=to, at=at) for method in methods]
    with translation.override(body.language or channel.default_language):
        worth = sum(line.quantity * line.unit_price_minor for line in body.lines)
        return EstimatesShown(items=[_shown(one, channel, worth) for one in found if one])


def _shown(estimate: Estimate, channel: Channel, worth: int) -> EstimateShown:
    promise, method = estimate.promise, estimate.method
    assert method is not None
    return EstimateShown(
        method=method.key,
        name=method.name_in(translation.get_language() or "en"),
        carrier=method.carrier,
        price_minor=method.price_for(worth),
        currency=channel.currency,
        earliest=promise.earliest,
        likely=promise.likely,
        by=promise.by,
        basis=promise.reason.basis,
        text=said(promise),
        reason=explained(promise.reason),
    )
