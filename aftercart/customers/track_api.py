"""What shoppers do, over the API, in the shape of Segment's messages (track, page, identify, batch)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from aftercart.customers.tracking import Told, take_in
from aftercart.kernel import clock
from aftercart.kernel.api.problems import Fault, Problem, pointer
from aftercart.kernel.api.types import Moment, Short
from aftercart.kernel.journal.segment import CustomerIdentified, PageViewed
from aftercart.stores.models import Channel
from aftercart.stores.tokens import channel_of, need

router = Router(tags=["Shopper events"])
MOST_AT_ONCE = 1000
Anonymous = Annotated[Short, Field(max_length=64)]


class Message(BaseModel):
    """What every message has. ``messageId`` makes it once per channel; ``timestamp`` carries its offset.

    Not ninja's ``Schema``: wrapping each message for attribute access would cost a third of the request.
    """

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    message_id: Annotated[Short, Field(validation_alias=AliasChoices("messageId", "message_id"))] = ""
    anonymous_id: Annotated[
        Anonymous, Field(validation_alias=AliasChoices("anonymousId", "anonymous_id"))
    ] = ""
    user_id: Annotated[Short, Field(validation_alias=AliasChoices("userId", "user_id"))] = ""
    timestamp: Moment | None = None
    context: dict[str, Any] = Field(default_factory=dict)


class TrackMessage(Message):
    """Something a shopper did, under Segment's names such as ``Product Viewed``."""

    event: Annotated[Short, Field(min_length=1, max_length=80)]
    properties: dict[str, Any] = Field(default_factory=dict)


class PageMessage(Message):
    """A page a shopper looked at."""

    name: Short = ""
    properties: dict[str, Any] = Field(default_factory=dict)


class IdentifyMessage(Message):
    """Who a visitor is. Links them to a customer only when the token may also write customers."""

    traits: dict[str, Any] = Field(default_factory=dict)


class BatchedTrack(TrackMessage):
    """A track message in a batch."""

    type: Literal["track"]


class BatchedPage(PageMessage):
    """A page message in a batch."""

    type: Literal["page"]


class BatchedIdentify(IdentifyMessage):
    """An identify message in a batch."""

    type: Literal["identify"]


Batched = Annotated[BatchedTrack | BatchedPage | BatchedIdentify, Field(discriminator="type")]
ONE, MANY = TypeAdapter[Any](Batched), TypeAdapter[Any](list[Batched])


class Batch(Schema):
    """Up to 1,000 messages. Those that are wrong are told back; the others are taken."""

    batch: list[dict[str, Any]] = Field(
        min_length=1, max_length=MOST_AT_ONCE, json_schema_extra={"items": {"type": "object"}}
    )
    channel: Short = ""


class Taken(Schema):
    """What became of the messages."""

    new: int
    duplicate: int
    rejected: list[Fault]


@router.post("/track", response={202: Taken}, summary="Tell what a shopper did")
def track(request: HttpRequest, message: TrackMessage, channel: Short = "") -> Status[Taken]:
    """One event."""
    return _take(request, channel, [message])


@router.post("/page", response={202: Taken}, summary="Tell which page a shopper looked at")
def page(request: HttpRequest, message: PageMessage, channel: Short = "") -> Status[Taken]:
    """One page view."""
    return _take(request, channel, [message])


@router.post("/identify", response={202: Taken}, summary="Tell who a visitor is")
def identify(request: HttpRequest, message: IdentifyMessage, channel: Short = "") -> Status[Taken]:
    """One identification."""
    return _take(request, channel, [message])


@router.post("/batch", response={202: Taken}, summary="Tell many things at once")
def batch(request: HttpRequest, body: Batch) -> Status[Taken]:
    """Many messages, each taken once by its ``messageId``; the wrong ones are named in ``rejected``."""
    need(request, "track:write")
    messages, faults = _read(body.batch)
    if not messages:
        raise Problem(422, "None of these messages can be taken.", [(f.at, f.says) for f in faults])
    taken = _take(request, body.channel, messages).value
    return Status(202, Taken(new=taken.new, duplicate=taken.duplicate, rejected=faults))


def _read(raw: list[dict[str, Any]]) -> tuple[list[Message], list[Fault]]:
    """The messages that are right; when one is wrong, each is looked at by itself."""
    try:
        return MANY.validate_python(raw), []
    except ValidationError:
        messages, faults = [], []
        for index, one in enumerate(raw):
            try:
                messages.append(ONE.validate_python(one))
            except ValidationError as error:
                first = error.errors()[0]
                at = pointer(["batch", index, *(part for part in first["loc"] if part not in TYPES)])
                faults.append(Fault(at=at, says=first["msg"]))
        return messages, faults


TYPES = {"track", "page", "identify"}


def _take(request: HttpRequest, slug: str, messages: Sequence[Message]) -> Status[Taken]:
    known = need(request, "track:write")
    channel: Channel = channel_of(known, slug)
    now = clock.now()
    result = take_in(
        told=[_told(message, now) for message in messages],
        channel_id=channel.pk,
        is_trusted="customers:write" in known.token.scopes,
        actor=known.actor,
        now=now,
    )
    return Status(202, Taken(new=result.new, duplicate=result.duplicate, rejected=[]))


def _told(message: Message, now: datetime) -> Told:
    kind, name = "track", getattr(message, "event", "")
    properties: dict[str, Any] = getattr(message, "properties", {})
    if isinstance(message, PageMessage):
        kind, name = "page", PageViewed.name
        properties = {"name": message.name, **properties} if message.name else properties
    elif isinstance(message, IdentifyMessage):
        kind, name = "identify", CustomerIdentified.name
    return Told(
        kind=kind,
        name=name,
        message_id=message.message_id or uuid.uuid4().hex,
        anonymous_id=message.anonymous_id,
        user_id=message.user_id,
        properties={**properties, "context": message.context} if message.context else properties,
        traits=getattr(message, "traits", {}),
        occurred_at=message.timestamp or now,
    )
