"""What the kernel's own tables know of a person: the journal, the outbox, the ledger, the small ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q, QuerySet

from aftercart.kernel.journal.models import DeadLetter, Entry
from aftercart.kernel.ledger.models import Entry as LedgerEntry
from aftercart.kernel.ledger.models import Hold, Lot
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.privacy.registry import (
    Identifiers,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet
from aftercart.kernel.privacy.scrubbing import Scrubber

BATCH = 500
UNSENT = ("pending", "leased", "failed", "dead", "unclear")
TAX_LAW = "as long as tax law asks for the books, usually 10 years"


def _visitors(customer_id: int) -> Identifiers:
    told = Entry.objects.filter(customer_id=customer_id).exclude(anonymous_id="")
    return Identifiers(anonymous_ids=frozenset(told.values_list("anonymous_id", flat=True).distinct()))


def _entries(person: Person) -> QuerySet[Entry]:
    known = person.known_by
    return Entry.objects.filter(
        Q(customer_id=person.customer_id)
        | Q(subject__in=known.subjects | {f"customer:{person.customer_id}"})
        | Q(anonymous_id__in=known.anonymous_ids)
    )


def _export_journal(person: Person) -> Iterable[Sheet]:
    about = "Everything that happened, as it was noted: orders, parcels, messages, what you looked at."
    fields = (
        "id",
        "occurred_at",
        "recorded_at",
        "name",
        "subject",
        "actor",
        "source",
        "anonymous_id",
        "facts",
    )
    return [sheet("journal", about, _entries(person), *fields)]


def _erase_journal(person: Person) -> Mapping[str, int]:
    scrubber = Scrubber(person.known_by)
    changed = sum(_scrub_entries(batch, scrubber) for batch in _batches(_entries(person)))
    letters = DeadLetter.objects.filter(entry__in=_entries(person)).exclude(traceback="", error="")
    return {"journal.Entry": changed, "journal.DeadLetter": _scrub_letters(letters, scrubber)}


def _batches(found: QuerySet[Entry]) -> Iterator[list[Entry]]:
    last = 0
    while batch := list(found.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield batch


def _scrub_entries(batch: list[Entry], scrubber: Scrubber) -> int:
    changed = []
    for entry in batch:
        facts = scrubber.value(entry.facts)
        if entry.facts.get("kind") == "identify":
            facts["properties"] = {}
        if facts != entry.facts or entry.anonymous_id:
            entry.facts, entry.anonymous_id = facts, ""
            changed.append(entry)
    Entry.objects.bulk_update(changed, ["facts", "anonymous_id"])
    return len(changed)


def _scrub_letters(letters: QuerySet[DeadLetter], scrubber: Scrubber) -> int:
    changed = []
    for letter in letters:
        error, traceback = scrubber.text(letter.error), scrubber.text(letter.traceback)
        if (error, traceback) != (letter.error, letter.traceback):
            letter.error, letter.traceback = error, traceback
            changed.append(letter)
    DeadLetter.objects.bulk_update(changed, ["error", "traceback"])
    return len(changed)


personal_data(
    app="journal",
    tables=[
        Table(
            model="journal.Entry",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept without limit",
            reason="what happened and when; no addresses, names or visitor ids",
        ),
        Table(
            model="journal.DeadLetter",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept until resolved",
            reason="the error, without names",
        ),
    ],
    identify=_visitors,
    export=_export_journal,
    erase=_erase_journal,
)


def _effects(person: Person) -> QuerySet[Effect]:
    about = person.known_by.subjects | {f"customer:{person.customer_id}"}
    return Effect.objects.filter(Q(customer_id=person.customer_id) | Q(subject__in=about))


def _export_outbox(person: Person) -> Iterable[Sheet]:
    about = "Mails and other things that were sent, or shall be, with what was in them."
    fields = ("id", "kind", "purpose", "state", "subject", "payload", "created_at", "sent_at")
    return [sheet("sent", about, _effects(person), *fields)]


def _erase_outbox(person: Person) -> Mapping[str, int]:
    """What was not sent is called off; what was keeps its key and its times, so it is never sent again."""
    _effects(person).filter(state__in=UNSENT).update(
        state=Effect.State.CANCELLED, lease_owner="", lease_until=None
    )
    full = _effects(person).exclude(payload={}, last_error="", reply="")
    return {"outbox.Effect": full.update(payload={}, last_error="", reply="")}


personal_data(
    app="outbox",
    tables=[
        Table(
            model="outbox.Effect",
            treatment=Treatment.PSEUDONYMISED,
            retention="kept without limit",
            reason="that something was sent and when, so that it is never sent again; no content",
        )
    ],
    export=_export_outbox,
    erase=_erase_outbox,
)


def _export_ledger(person: Person) -> Iterable[Sheet]:
    holder = f"customer:{person.customer_id}"
    lots = Lot.objects.filter(account__holder=holder)
    yield sheet(
        "balances",
        "Points, credit and gift cards: each part with what remains of it and until when.",
        lots,
        "account__book__name",
        "account__book__unit",
        "kind",
        "amount",
        "remaining",
        "activates_at",
        "expires_at",
    )
    yield sheet(
        "movements",
        "Every movement of points, credit and gift cards.",
        LedgerEntry.objects.filter(account__holder=holder),
        "posting__occurred_at",
        "account__book__name",
        "account__book__unit",
        "amount",
        "posting__kind",
        "posting__reason",
        "posting__source",
    )
    yield sheet(
        "holds",
        "Amounts set aside for a purchase.",
        Hold.objects.filter(account__holder=holder),
        "created_at",
        "amount",
        "state",
        "source",
        "expires_at",
    )


personal_data(
    app="ledger",
    tables=[
        Table(
            model=f"ledger.{name}",
            treatment=Treatment.KEPT,
            retention=TAX_LAW,
            reason="amounts under a customer number, which names nobody once the customer is erased",
        )
        for name in ("Account", "Entry", "Lot", "LotEntry", "Hold", "HoldPart")
    ],
    export=_export_ledger,
)

personal_data(
    app="links",
    tables=[
        Table(
            model="links.Code",
            treatment=Treatment.KEPT,
            retention="one hour after the code has ended",
            reason="a keyed digest of the address, which cannot be read back",
        )
    ],
)

personal_data(
    app="work",
    tables=[
        Table(
            model="work.Job",
            treatment=Treatment.KEPT,
            retention="7 days after it is done",
            reason="payloads are ids, which name nobody once the customer is erased",
        )
    ],
)
