"""One worker's turn at the journal: look what is new, give every listener concerned a batch."""

from __future__ import annotations

import logging
import random
import time

from django.db import transaction
from django.db.models import Q

from aftercart.kernel import clock
from aftercart.kernel.journal import letters, listening, reading
from aftercart.kernel.journal.dispatch import Delivery, HandlerFailed, Outcome, deliver
from aftercart.kernel.journal.models import Progress
from aftercart.kernel.journal.pace import Pace
from aftercart.kernel.journal.positions import START, Position, horizon
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.restoring import settle_restored
from aftercart.kernel.journal.watch import Watch
from aftercart.kernel.work.pumps import PumpContext

log = logging.getLogger(__name__)
ADVANCE_EVERY = 60.0  # seconds between moving the positions of listeners that hear nothing


class Dispatcher:
    """What one worker knows between its turns. All of it may be lost; the truth is in the rows."""

    def __init__(self) -> None:
        self._is_settled = False
        self._watch = Watch(listening.registry)
        self._paces: dict[str, Pace] = {}
        self._advanced_at = time.monotonic()
        self._advanced_to: Position = START

    def turn(self, context: PumpContext) -> int:
        """Deliver at most one batch per listener, then dead letters; returns the entries handled."""
        if not self._is_settled:
            settle_restored()
            self._is_settled = True
        generations = self._generations()
        self._look()
        heard = 0
        for name in self._suspects(generations):
            if context.should_stop():
                return heard
            context.say(name)
            heard += self._deliver(name, generations[name])
        context.say("")
        heard += letters.retry_due(now=clock.now(), should_stop=context.should_stop)
        self._advance_idle()
        return heard

    def _generations(self) -> dict[str, int]:
        declared = set(listening.registry)
        rows = dict(Progress.objects.filter(listener__in=declared).values_list("listener", "generation"))
        if len(rows) < len(declared):
            ensure_listeners()
            rows = dict(Progress.objects.filter(listener__in=declared).values_list("listener", "generation"))
        return rows

    def _look(self) -> None:
        head = horizon()
        if head > self._watch.seen:
            self._watch.note_appeared(reading.names_between(self._watch.seen, head), head)

    def _suspects(self, generations: dict[str, int]) -> list[str]:
        now = time.monotonic()
        names = [name for name in self._watch.suspects(generations) if self._pace(name).rest_until <= now]
        random.shuffle(names)  # so that workers spread over the listeners instead of following each other
        return names

    def _pace(self, name: str) -> Pace:
        largest = listening.registry[name].batch
        return self._paces.setdefault(name, Pace.start(largest))

    def _deliver(self, name: str, generation: int) -> int:
        pace = self._pace(name)
        try:
            delivery = deliver(listening.registry[name], size=pace.size, blame=pace.may_blame)
        except HandlerFailed as failure:
            pace.failed(now=time.monotonic(), is_transient=failure.is_transient)
            log.log(
                logging.WARNING if failure.is_transient else logging.DEBUG,
                "%s failed a batch, trying %s at a time",
                name,
                pace.size,
                exc_info=failure.__cause__,
            )
            # A failed batch is progress too: the pump must not rest before the smaller one.
            return 0 if failure.is_transient else 1
        return self._note(name, generation, delivery)

    def _note(self, name: str, generation: int, delivery: Delivery) -> int:
        if delivery.outcome is Outcome.DRAINED:
            self._watch.note_drained(name, generation)
        if delivery.taken:
            self._pace(name).took(delivery.taken, delivery.seconds)
        return delivery.taken

    def _advance_idle(self) -> None:
        """Now and then move listeners with nothing to hear to the head, so that later looks are short
        and an event newly added to a listener is not heard from years back."""
        if time.monotonic() - self._advanced_at < ADVANCE_EVERY or self._watch.seen == self._advanced_to:
            return
        seen, drained = self._watch.seen, self._watch.drained()
        self._advanced_at, self._advanced_to = time.monotonic(), seen
        behind = Q(xid__lt=seen.xid) | Q(xid=seen.xid, entry_id__lt=seen.id)
        with transaction.atomic():
            rows = Progress.objects.select_for_update(skip_locked=True, no_key=True)
            for row in rows.filter(behind, listener__in=drained):
                if row.generation == drained[row.listener]:
                    Progress.objects.filter(pk=row.pk).update(
                        xid=seen.xid, entry_id=seen.id, advanced_at=clock.now()
                    )
