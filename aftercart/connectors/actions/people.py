"""People of an import into customers: one per e-mail address, else one per id in the files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aftercart.connectors.models import Run
from aftercart.connectors.staging.people import BATCH
from aftercart.connectors.staging.stage import Stage
from aftercart.customers.actions import index_customers, search_text
from aftercart.customers.events import CustomerAdded, CustomerChanged
from aftercart.customers.models import Consent, Customer, Identity, Purpose
from aftercart.kernel.journal.publish import Happening, publish_all

FIELDS = ("name", "phone", "language", "country", "city", "postcode", "note")


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person as staged."""

    pid: int
    email_key: str | None
    email: str
    values: dict[str, str]
    tags: list[str]
    ids: list[str]
    since: datetime | None
    accepts_marketing: bool | None
    is_needed: bool

    @property
    def digest(self) -> str:
        """Tells whether the files say something else than last time."""
        content = json.dumps([self.values, self.email, self.tags], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def write_people(stage: Stage, run: Run, step: int, now: datetime) -> dict[str, int]:
    """Add or update the customers of one step. Must run in a transaction.

    People all of whose orders are in the shop unchanged are left alone: so nobody who asked to be
    forgotten comes back because an old file is read again.
    """
    people = [person for person in _read(stage, step) if person.is_needed]
    held = _find(people, _source(run))
    new = [person for person in people if person.pid not in held]
    added = Customer.objects.bulk_create([_customer(person, run, now) for person in new], batch_size=500)
    owners = held | {person.pid: customer for person, customer in zip(new, added, strict=True)}
    Identity.objects.bulk_create(
        [
            Identity(customer=owners[person.pid], source=_source(run), value=value)
            for person in people
            for value in person.ids
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    changed = [
        customer for person in people if (customer := held.get(person.pid)) and _change(customer, person, now)
    ]
    Customer.objects.bulk_update(
        changed, [*FIELDS, "tags", "search_text", "import_digest", "updated_at"], batch_size=200
    )
    index_customers([*added, *changed])
    _consents(people, owners, run, now)
    _tell(run, [(owners[person.pid], person.since or now) for person in new], changed)
    return {"customers_added": len(new), "customers_changed": len(changed)}


def remember_people(stage: Stage, run: Run, steps: int) -> None:
    """Make ``person_id``: which customer each staged person is, for the orders to name."""
    stage.con.execute("CREATE OR REPLACE TABLE person_id (pid BIGINT, customer_id BIGINT)")
    for step in range(steps):
        found = _find(_read(stage, step), _source(run))
        stage.con.execute(
            "INSERT INTO person_id SELECT unnest($pids::BIGINT[]), unnest($ids::BIGINT[])",
            {"pids": list(found), "ids": [customer.pk for customer in found.values()]},
        )


def _source(run: Run) -> str:
    return f"{run.format}:{run.channel_id}"[:60]


def _read(stage: Stage, step: int) -> list[Known]:
    rows = stage.con.execute(
        "SELECT pid, email_key, email, name, phone, language, country, city, postcode, note, tags, ids, since, "
        "accepts_marketing, pid IN (SELECT pid FROM needed) FROM f_person WHERE pid > ? AND pid <= ? ORDER BY pid",
        [step * BATCH, (step + 1) * BATCH],
    ).fetchall()
    return [
        Known(
            pid=row[0],
            email_key=row[1],
            email=row[2] or "",
            values={name: row[position] or "" for position, name in enumerate(FIELDS, 3)},
            tags=json.loads(row[10] or "[]"),
            ids=[value[:160] for value in row[11]],
            since=row[12].replace(tzinfo=UTC) if row[12] else None,
            accepts_marketing=row[13],
            is_needed=row[14],
        )
        for row in rows
    ]


def _find(people: list[Known], source: str) -> dict[int, Customer]:
    """The customers that are these people: by e-mail address first, else by their ids."""
    keys = [person.email_key for person in people if person.email_key]
    by_email = {customer.email_key: customer for customer in Customer.objects.filter(email_key__in=keys)}
    ids = [value for person in people if person.email_key not in by_email for value in person.ids]
    rows = Identity.objects.filter(source=source, value__in=ids).select_related("customer")
    by_id = {row.value: row.customer for row in rows}
    found: dict[int, Customer] = {}
    for person in people:
        named = next((by_id[value] for value in person.ids if value in by_id), None)
        customer = by_email.get(person.email_key) if person.email_key else None
        if customer or named:
            found[person.pid] = customer or named  # type: ignore[assignment]
    return found


def _customer(person: Known, run: Run, now: datetime) -> Customer:
    customer = Customer(
        **person.values,
        email=person.email,
        email_key=person.email_key,
        tags=person.tags,
        import_id=run.pk,
        import_digest=person.digest,
        created_at=person.since or now,
        updated_at=now,
    )
    customer.search_text = search_text(customer)
    return customer


def _change(customer: Customer, person: Known, now: datetime) -> bool:
    """Take over what the files say now; customers whom the shop knew otherwise only get blanks filled."""
    if customer.erased_at is not None or customer.import_digest == person.digest:
        return False
    may_overwrite = customer.import_id is not None and bool(customer.import_digest)
    before = [getattr(customer, name) for name in (*FIELDS, "tags")]
    for name, value in person.values.items():
        if value and (may_overwrite or not getattr(customer, name)):
            setattr(customer, name, value)
    if person.tags and (may_overwrite or not customer.tags):
        customer.tags = person.tags
    is_changed = before != [getattr(customer, name) for name in (*FIELDS, "tags")]
    if is_changed:
        customer.search_text, customer.updated_at = search_text(customer), now
        customer.import_digest = person.digest if may_overwrite else customer.import_digest
    return is_changed


def _consents(people: list[Known], owners: dict[int, Customer], run: Run, now: datetime) -> None:
    """A statement about marketing is recorded where the shop has none; a later one of its own stays in force."""
    told = {owners[p.pid].pk: p.accepts_marketing for p in people if p.accepts_marketing is not None}
    purpose = Purpose.MARKETING
    known = Consent.objects.filter(customer_id__in=told, purpose=purpose).values_list(
        "customer_id", flat=True
    )
    Consent.objects.bulk_create(
        [
            Consent(customer_id=pk, purpose=purpose, is_granted=bool(yes), source=run.source, stated_at=now)
            for pk, yes in told.items()
            if pk not in set(known)
        ],
        batch_size=500,
    )


def _tell(run: Run, added: list[tuple[Any, datetime]], changed: list[Customer]) -> None:
    source, actor = run.source, run.source
    happenings = [
        Happening(
            event=CustomerAdded(customer_id=customer.pk, channel_id=run.channel_id),
            actor=actor,
            occurred_at=since,
            dedupe_key=f"customer-added:{customer.pk}",
            source=source,
            is_history=True,
        )
        for customer, since in added
    ]
    happenings += [
        Happening(
            event=CustomerChanged(customer_id=customer.pk, fields=("import",)),
            actor=actor,
            source=source,
            is_history=True,
            dedupe_key=f"customer-changed:{customer.pk}:{run.pk}",
        )
        for customer in changed
    ]
    publish_all(happenings)
