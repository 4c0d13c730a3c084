"""Editing messages: every saving is a new version, so that nothing is lost and anything can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish
from aftercart.messaging.editions import Versions
from aftercart.messaging.events import MessageEdited, MessageSwitched
from aftercart.messaging.messages import registry
from aftercart.messaging.models import Edition, Switch

NO_VERSION = 0


class OvertakenError(Exception):
    """Somebody else saved a version meanwhile."""


@transaction.atomic
def save_edition(
    *,
    kind: str,
    channel_id: int,
    language: str,
    content: Mapping[str, Any],
    shipped: Mapping[str, Any],
    seen_number: int,
    actor: str,
    note: str = "",
) -> Edition | None:
    """Put a new version in force; ``None`` when it says what the one in force says.

    ``language`` is empty for the structure. Empty ``content`` is the shipped text again. ``seen_number`` is the
    version the editor started from, 0 for none.

    Raises:
        KeyError: when there is no such kind.
        OvertakenError: when that is not the version in force.
    """
    place = Edition.objects.filter(kind=registry[kind].name, channel_id=channel_id, language=language)
    known = place.select_for_update().order_by("-number").first()
    if (known.number if known else NO_VERSION) != seen_number:
        raise OvertakenError
    if dict(content) == (known.content if known else {}):
        return None
    place.filter(is_current=True).update(is_current=False)
    edition = Edition.objects.create(
        kind=kind,
        channel_id=channel_id,
        language=language,
        number=seen_number + 1,
        content=dict(content),
        shipped=dict(shipped),
        note=note[:80],
        actor=actor,
        created_at=clock.now(),
    )
    event = MessageEdited(
        edition_id=edition.pk,
        kind=kind,
        language=language,
        number=edition.number,
        channel_id=channel_id or None,
        note=note,
    )
    publish(event, actor=actor, dedupe_key=f"message-edited:{edition.pk}")
    return edition


@transaction.atomic
def restore_edition(*, edition_id: int, seen_number: int, actor: str) -> Edition | None:
    """Put an older version in force again, as a new one; ``None`` when it says the same.

    Raises:
        OvertakenError: when somebody saved meanwhile.
        Edition.DoesNotExist: when there is none.
    """
    old = Edition.objects.get(pk=edition_id)
    return save_edition(
        kind=old.kind,
        channel_id=old.channel_id,
        language=old.language,
        content=old.content,
        shipped=old.shipped,
        seen_number=seen_number,
        actor=actor,
        note=f"version {old.number} again",
    )


def note_failure(*, versions: Versions, failure: str) -> None:
    """Remember that edited versions could not be used for a message, the first time it happens."""
    Edition.objects.filter(pk__in=[pk for pk, _ in versions], failed_at__isnull=True).update(
        failed_at=clock.now(), failure=failure[:500]
    )


@transaction.atomic
def switch(*, kind: str, medium: str, channel_id: int, is_on: bool, actor: str) -> None:
    """Send a kind through a medium, or not any more; ``channel_id`` 0 for all channels without their own word.

    Raises:
        KeyError: when there is no such kind.
        ValueError: when the kind must not be off.
    """
    if not registry[kind].may_be_off and not is_on:
        raise ValueError(f"{kind} cannot be switched off")
    Switch.objects.update_or_create(
        kind=kind,
        medium=medium,
        channel_id=channel_id,
        defaults={"is_on": is_on, "actor": actor, "changed_at": clock.now()},
    )
    event = MessageSwitched(kind=kind, medium=medium, is_on=is_on, channel_id=channel_id or None)
    publish(event, actor=actor)
