"""Facts that shoppers are to hear of: noted once, told a little later, several together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from aftercart.kernel import clock
from aftercart.kernel.work.jobs import enqueue
from aftercart.messaging.actions.send import recipient, send_message
from aftercart.messaging.actions.text import send_text
from aftercart.messaging.models import Notice
from aftercart.messaging.switches import is_on
from aftercart.messaging.telling import News, Reader, Saying, tellers

TELL = "messaging.tell"
WAIT = timedelta(minutes=2)
OLD = timedelta(days=3)


@transaction.atomic
def note(
    *,
    topic: str,
    about: str,
    kind: str,
    key: str,
    facts: Mapping[str, Any],
    happened_at: datetime,
    wait: timedelta = WAIT,
) -> bool:
    """Note a fact to be told; whether it was new. The same ``key`` is one notice, ever.

    After ``wait`` everything noted about the thing is told together. What happened more than three days ago is
    noted and never told: a shopper learnt of it in another way.
    """
    now = clock.now()
    is_old = now - happened_at > OLD
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "topic": topic,
            "about": about,
            "kind": kind,
            "facts": dict(facts),
            "happened_at": happened_at,
            "created_at": now,
            "state": Notice.State.DROPPED if is_old else Notice.State.WAITING,
            "reason": "it happened more than three days before we heard of it" if is_old else "",
            "settled_at": now if is_old else None,
        },
    )
    if is_new and not is_old:
        # A job per notice: one that is noted while others are being told is never forgotten.
        enqueue(TELL, {"topic": topic, "about": about}, key=f"{TELL}:{notice.pk}", run_at=now + wait)
    return is_new


@transaction.atomic
def tell(*, topic: str, about: str) -> int:
    """Tell what waits about a thing; how many facts were settled. Doing it again tells nothing twice."""
    waiting = list(
        Notice.objects.select_for_update()
        .filter(topic=topic, about=about, state=Notice.State.WAITING)
        .order_by("id")
    )
    if not waiting:
        return 0
    news = [News(id=row.pk, kind=row.kind, facts=row.facts, happened_at=row.happened_at) for row in waiting]
    telling = tellers[topic](about, news)
    by_id = {row.pk: row for row in waiting}
    for saying in telling.said:
        outcome = _say(saying, telling.reader, about)
        for number in saying.covers:
            _settle(by_id.pop(number), "" if outcome == "" else outcome)
    for number, reason in telling.dropped.items():
        _settle(by_id.pop(number), reason)
    for left in by_id.values():
        _settle(left, "nobody tells of it")
    return len(waiting)


def _say(saying: Saying, reader: Reader, about: str) -> str:
    """Send what is said, by mail and as a text; empty, or why nothing was sent."""
    key = f"notice:{min(saying.covers)}"
    to = recipient(reader.email, reader.name)
    mail = None
    if to is not None:
        mail = send_message(
            kind=saying.kind,
            to=to,
            language=reader.language,
            context=saying.context,
            key=key,
            channel_id=reader.channel_id,
            customer_id=reader.customer_id,
            subject=about,
            actor="system",
            facts=saying.facts,
        )
    text = send_text(
        kind=saying.kind,
        phone=reader.phone,
        country=reader.country,
        language=reader.language,
        context=saying.context,
        key=f"{key}:sms",
        channel_id=reader.channel_id,
        customer_id=reader.customer_id,
        subject=about,
        actor="system",
        facts=saying.facts,
    )
    if mail or text:
        return ""
    if to is None:
        return "there is no address to write to"
    if not is_on(saying.kind, "email", reader.channel_id):
        return "this message is switched off"
    return "it was told before"


def _settle(notice: Notice, reason: str) -> None:
    notice.state = Notice.State.DROPPED if reason else Notice.State.SAID
    notice.reason = reason[:200]
    notice.settled_at = clock.now()
    notice.save(update_fields=["state", "reason", "settled_at"])
