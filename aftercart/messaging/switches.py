"""Whether a kind of message is sent through a medium: the channel's word, else the merchant's, else yes."""

from __future__ import annotations

from aftercart.messaging.messages import registry
from aftercart.messaging.models import Switch

MEDIA = ("email", "sms")


def is_on(kind: str, medium: str, channel_id: int | None) -> bool:
    """Whether to send; always for kinds that must not be off, such as an answer or a code."""
    if not registry[kind].may_be_off:
        return True
    found = dict(
        Switch.objects.filter(kind=kind, medium=medium, channel_id__in=[0, channel_id or 0]).values_list(
            "channel_id", "is_on"
        )
    )
    return found.get(channel_id or 0, found.get(0, True))


def switches(channel_id: int) -> dict[tuple[str, str], bool]:
    """For a channel (0: all) every switch that is set, its own before the merchant's."""
    rows = Switch.objects.filter(channel_id__in=[0, channel_id]).order_by("channel_id")
    return {(row.kind, row.medium): row.is_on for row in rows}
