"""What the reader of the figures chose in the address: period, channel, currency, grain. Never an error page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict

from aftercart.insights.figures.figure import Grain, Question
from aftercart.insights.rules import DEFAULT_PRESET, PRESETS, fitting_grain, preset_period
from aftercart.kernel import clock
from aftercart.stores.models import Channel, Merchant, StaffMember
from aftercart.stores.permissions import visible_channels


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The filters as chosen, and the question they make. ``today`` is the date where the merchant is."""

    preset: str
    question: Question
    grain: str
    currency: str
    channel: Channel | None
    channels: Sequence[Channel]
    sees_all: bool
    today: date

    def address(self, **changes: str) -> str:
        """The query string of these filters with some changed; empty values are left out."""
        question = self.question
        values = {"period": self.preset, "channel": self.channel.slug if self.channel else ""}
        if self.preset == "custom":
            values |= {"from": _text(question.since), "to": _text(question.until)}
        values |= {"grain": self.grain, "currency": self.currency}
        return "?" + urlencode({key: value for key, value in (values | changes).items() if value})


def chosen(query: QueryDict, member: StaffMember) -> Choice:
    """Read the filters; what makes no sense falls back to what is usual.

    A member of some channels sees one of them at a time, never the others.
    """
    today = clock.now().astimezone(ZoneInfo(_zone())).date()
    channels = list(visible_channels(member).order_by("name"))
    sees_all = not member.channels.all()
    channel = next((one for one in channels if one.slug == query.get("channel")), None)
    if channel is None and not sees_all:
        channel = channels[0]
    preset, since, until = _period(query, today)
    grain = query.get("grain", "")
    grain = grain if grain in {one.value for one in Grain} else ""
    question = Question(
        since=since,
        until=until,
        channel_id=channel.pk if channel else None,
        grain=Grain(grain or fitting_grain(since, until)),
    )
    return Choice(
        preset=preset,
        question=question,
        grain=grain,
        currency=query.get("currency", "")[:3].upper(),
        channel=channel,
        channels=channels,
        sees_all=sees_all,
        today=today,
    )


def filters(choice: Choice) -> dict[str, Any]:
    """The variables of the filter bar."""
    return {
        "presets": list(PRESETS.items()),
        "preset": choice.preset,
        "channels": [(channel.slug, channel.name) for channel in choice.channels],
        "channel": choice.channel.slug if choice.channel else "",
        "any_channel": "All channels" if choice.sees_all else "",
        "grains": [(grain.value, f"By {grain.value}") for grain in Grain],
        "grain": choice.grain,
        "since": _text(choice.question.since),
        "until": _text(choice.question.until),
        "currencies": [(code, code) for code in sorted({channel.currency for channel in choice.channels})],
        "currency": choice.currency,
    }


def _zone() -> str:
    merchant = Merchant.objects.first()
    return merchant.timezone if merchant else "UTC"


def _period(query: QueryDict, today: date) -> tuple[str, date | None, date | None]:
    preset = query.get("period", DEFAULT_PRESET)
    if preset == "custom":
        since, until = _date(query.get("from", "")), _date(query.get("to", ""))
        if since and until and since > until:
            since, until = until, since
        return preset, since, until
    preset = preset if preset in PRESETS else DEFAULT_PRESET
    return preset, *preset_period(preset, today=today)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
