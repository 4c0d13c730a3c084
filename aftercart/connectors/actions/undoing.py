"""Undoing a whole import: what it added goes, unless somebody has touched it since; that stays, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model, QuerySet

from aftercart.catalog.models import Product, Variant
from aftercart.connectors.actions.caches import recount
from aftercart.connectors.actions.clearing import clear_orders
from aftercart.connectors.actions.performing import Fence, Progress
from aftercart.connectors.actions.references import referred
from aftercart.connectors.events import ImportUndone
from aftercart.connectors.models import Run, RunState
from aftercart.customers.models import Consent, Customer, Identity, Word
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.publish import publish
from aftercart.kernel.work.jobs import enqueue
from aftercart.orders.models import Fulfilment, FulfilmentLine, Line, Order, Payment, Refund
from aftercart.orders.rules import Refused
from aftercart.reviews.models import Review
from aftercart.tracking.models import Parcel, ParcelLine, Scan

CHUNK = 500
PARTS = (Line, Fulfilment, Payment, Refund, Parcel, Review, FulfilmentLine, ParcelLine, Scan)
CHANGED = "something happened to it since: see its journal"
POINTED = "something else in the shop belongs to it, such as a question"
BOUGHT = "the customer has other orders or has been in touch"
IN_USE = "it is in an order, or was changed since"


@transaction.atomic
def ask_to_undo(*, run_id: int, actor: str = "", is_job: bool = False) -> Run:
    """Mark a run to be undone; with ``is_job`` the worker does it.

    Raises:
        Refused: when it is a draft, still runs, or is undone already.
    """
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state not in {RunState.FINISHED, RunState.FAILED, RunState.UNDOING}:
        raise Refused(f"An import that is “{run.get_state_display().lower()}” cannot be undone.")
    run.state = RunState.UNDOING
    run.save(update_fields=["state"])
    if is_job:
        enqueue("connectors.undo_import", {"run_id": run.pk, "actor": actor}, key=f"undo:{run.pk}")
    return run


def undo_import(
    *,
    run: Run,
    actor: str,
    progress: Progress = lambda doing, done, total: None,
    fence: Fence = transaction.atomic,
) -> Run:
    """Remove what the run added, in steps; cut off and called again, it goes on.

    Orders, customers and products that were only changed by the run keep the change: their earlier state is
    not stored, and half of it would be worse than none.
    """
    tally = Tally(run=run, removed=Counter(run.report.get("undone", {})), kept=Counter())
    for kind in KINDS:
        _sweep(tally, kind, progress, fence)
    removed, kept = tally.removed, tally.kept
    with fence():
        run.report = run.report | {"undone": dict(removed), "undo_kept": dict(kept)}
        run.state = RunState.UNDONE
        run.save(update_fields=["report", "state"])
        event = ImportUndone(
            run_id=run.pk,
            orders_removed=removed["orders"],
            orders_kept=sum(v for k, v in kept.items() if "orders" in k),
        )
        publish(event, actor=actor, dedupe_key=f"import-undone:{run.pk}")
    return run


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What went and what stayed, by kind and reason."""

    run: Run
    removed: Counter[str]
    kept: Counter[str]


def _sweep(tally: Tally, kind: Kind, progress: Progress, fence: Fence) -> None:
    """Go through the run's rows of a model in order of their ids, a transaction per chunk."""
    run = tally.run
    rows: QuerySet[Model] = QuerySet(kind.model).filter(import_id=run.pk).order_by("pk")
    total, done, last = rows.count(), 0, 0
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        with fence():
            reasons = kind.remove(run, ids)
            tally.removed[kind.name] += len(ids) - len(reasons)
            run.report = run.report | {"undone": dict(tally.removed)}
            run.save(update_fields=["report"])
        for reason in reasons.values():
            tally.kept[f"{kind.name}: {reason}"] += 1
        last, done = ids[-1], done + len(ids)
        progress(f"Removing {kind.name}", done, total)


def _remove_orders(run: Run, ids: Sequence[int]) -> dict[int, str]:
    others = Entry.objects.filter(subject__in=[f"order:{pk}" for pk in ids]).exclude(source=run.source)
    changed = {int(subject.partition(":")[2]) for subject in others.values_list("subject", flat=True)}
    pointed = referred(Order, ids, besides=PARTS)
    pointed |= set(
        Review.objects.filter(order_id__in=ids, import_id__isnull=True).values_list("order_id", flat=True)
    ) - {None}
    for part in (Line, Fulfilment, Payment, Refund, Parcel):
        pointed |= referred(part, ids, besides=PARTS, via="order")
    reasons = dict.fromkeys(pointed, POINTED) | dict.fromkeys(changed, CHANGED)
    free = [pk for pk in ids if pk not in reasons]
    owners = set(
        Order.objects.filter(pk__in=free, customer__isnull=False).values_list("customer_id", flat=True)
    )
    clear_orders(free, with_orders=True)
    recount(pk for pk in owners if pk is not None)
    return reasons


def _remove_customers(run: Run, ids: Sequence[int]) -> dict[int, str]:
    others = Entry.objects.filter(customer_id__in=ids).exclude(source=run.source)
    known = set(others.values_list("customer_id", flat=True)) - {None}
    known |= referred(Customer, ids, besides=(Identity, Consent, Word))
    told = Consent.objects.filter(customer_id__in=ids).exclude(source=run.source)
    known |= set(told.values_list("customer_id", flat=True))
    free = [pk for pk in ids if pk not in known]
    Customer.objects.filter(pk__in=free).delete()
    Entry.objects.filter(subject__in=[f"customer:{pk}" for pk in free], source=run.source).delete()
    return {pk: BOUGHT for pk in ids if pk in known}


def _remove_variants(_: Run, ids: Sequence[int]) -> dict[int, str]:
    known = referred(Variant, ids, besides=())
    Variant.objects.filter(pk__in=[pk for pk in ids if pk not in known]).delete()
    return {pk: IN_USE for pk in ids if pk in known}


def _remove_products(run: Run, ids: Sequence[int]) -> dict[int, str]:
    others = Entry.objects.filter(subject__in=[f"product:{pk}" for pk in ids]).exclude(source=run.source)
    known = {int(subject.partition(":")[2]) for subject in others.values_list("subject", flat=True)}
    known |= referred(Product, ids, besides=())
    free = [pk for pk in ids if pk not in known]
    Product.objects.filter(pk__in=free).delete()
    Entry.objects.filter(subject__in=[f"product:{pk}" for pk in free], source=run.source).delete()
    return {pk: IN_USE for pk in ids if pk in known}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Rows that a run adds, and how free ones are removed: ``remove`` returns those that stay, and why."""

    name: str
    model: type[Model]
    remove: Callable[[Run, Sequence[int]], dict[int, str]]


KINDS = (
    Kind(name="orders", model=Order, remove=_remove_orders),
    Kind(name="customers", model=Customer, remove=_remove_customers),
    Kind(name="variants", model=Variant, remove=_remove_variants),
    Kind(name="products", model=Product, remove=_remove_products),
)
