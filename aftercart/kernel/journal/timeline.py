"""Stories in pages: newest first, by bookmark, so that page 400 is as quick as page 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from aftercart.kernel.journal.models import Entry, EntryQuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class TimelinePage:
    """Some entries of a story, newest first. ``older`` is the bookmark of the next page, empty at the end."""

    entries: list[Entry]
    older: str


def timeline_page(story: EntryQuerySet, *, before: str = "", size: int = 50) -> TimelinePage:
    """One page of ``Entry.objects.timeline(customer_id=...)`` or ``.about("order:17")``.

    ``before`` is the ``older`` of the page above; a bookmark that was tampered with gives the first page.
    """
    bookmark = _read(before)
    if bookmark:
        occurred_at, entry_id = bookmark
        story = story.filter(
            Q(occurred_at__lte=occurred_at), Q(occurred_at__lt=occurred_at) | Q(id__lt=entry_id)
        )
    found = list(story.order_by("-occurred_at", "-id")[: size + 1])
    entries = found[:size]
    return TimelinePage(entries=entries, older=_write(entries[-1]) if len(found) > size else "")


def _write(entry: Entry) -> str:
    return f"{(entry.occurred_at - EPOCH) // timedelta(microseconds=1)}-{entry.pk}"


def _read(bookmark: str) -> tuple[datetime, int] | None:
    try:
        micros, entry_id = bookmark.rsplit("-", 1)
        return EPOCH + timedelta(microseconds=int(micros)), int(entry_id)
    except (ValueError, OverflowError):
        return None
