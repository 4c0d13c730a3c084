"""Proving the caches against the entries, and mending the caches. Postings are never touched.

Each check is one statement, so it sees one moment of the database however busy it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from aftercart.kernel.ledger.models import (
    Account,
    AccountKind,
    Entry,
    HoldPart,
    HoldState,
    Lot,
    LotEntry,
    Posting,
)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something the entries do not prove: ``found`` is what stands there, ``proven`` what should."""

    check: str
    subject: str
    found: int
    proven: int
    is_mendable: bool = False

    def __str__(self) -> str:
        return f"{self.subject}: {self.check} is {self.found}, the entries prove {self.proven}"


def reconcile(*, fix: bool = False) -> list[Difference]:
    """Every difference between what is kept and what the entries prove; none means the books are right.

    ``fix=True`` mends the caches (balance, remaining, held) under their locks and gives what was found;
    what the entries themselves have wrong (``is_mendable`` false) needs a person and a new posting.
    """
    found = [difference for check in CHECKS for difference in check()]
    if fix:
        for difference in found:
            if difference.is_mendable:
                _mend(int(difference.subject.partition(":")[2]), difference.check)
    return found


def _unbalanced() -> Iterator[Difference]:
    rows = Posting.objects.annotate(total=Coalesce(Sum("entries__amount"), 0)).exclude(total=0)
    for pk, total in rows.values_list("pk", "total"):
        yield Difference(check="sum of entries", subject=f"posting:{pk}", found=total, proven=0)


def _strangers() -> Iterator[Difference]:
    elsewhere = Q(entries__isnull=False) & ~Q(entries__account__book=F("book"))
    rows = Posting.objects.annotate(strays=Count("entries", filter=elsewhere)).filter(strays__gt=0)
    for pk, strays in rows.values_list("pk", "strays"):
        yield Difference(check="entries of another book", subject=f"posting:{pk}", found=strays, proven=0)


def _balances() -> Iterator[Difference]:
    proven = _sum_of(Entry.objects.filter(account=OuterRef("pk")), "account")
    rows = (
        Account.objects.filter(kind=AccountKind.HOLDER).annotate(proven=proven).exclude(balance=F("proven"))
    )
    for pk, balance, total in rows.values_list("pk", "balance", "proven"):
        yield Difference(
            check="balance", subject=f"account:{pk}", found=balance or 0, proven=total, is_mendable=True
        )


def _remainders() -> Iterator[Difference]:
    proven = _sum_of(LotEntry.objects.filter(lot=OuterRef("pk")), "lot")
    rows = Lot.objects.annotate(proven=proven).exclude(remaining=F("proven"))
    for pk, remaining, total in rows.values_list("pk", "remaining", "proven"):
        yield Difference(
            check="remaining", subject=f"lot:{pk}", found=remaining, proven=total, is_mendable=True
        )


def _holds() -> Iterator[Difference]:
    proven = _sum_of(HoldPart.objects.filter(lot=OuterRef("pk"), hold__state=HoldState.OPEN), "lot")
    rows = Lot.objects.annotate(proven=proven).exclude(held=F("proven"))
    for pk, held, total in rows.values_list("pk", "held", "proven"):
        yield Difference(check="held", subject=f"lot:{pk}", found=held, proven=total, is_mendable=True)


def _debts() -> Iterator[Difference]:
    """Lots and entries tell the same story: lots hold the balance, more only where it may be negative."""
    moved = _sum_of(LotEntry.objects.filter(lot__account=OuterRef("pk")), "lot__account")
    proven = _sum_of(Entry.objects.filter(account=OuterRef("pk")), "account")
    rows = Account.objects.filter(kind=AccountKind.HOLDER).annotate(in_lots=moved, proven=proven)
    wrong = Q(in_lots__lt=F("proven")) | Q(in_lots__gt=F("proven"), allows_negative=False)
    for pk, in_lots, total in rows.filter(wrong).values_list("pk", "in_lots", "proven"):
        yield Difference(check="lots", subject=f"account:{pk}", found=in_lots, proven=total)


CHECKS: tuple[Callable[[], Iterator[Difference]], ...] = (
    _unbalanced,
    _strangers,
    _balances,
    _remainders,
    _holds,
    _debts,
)


def _sum_of(rows: QuerySet[Any], by: str) -> Coalesce:
    totals = rows.order_by().values(by).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(totals, output_field=IntegerField()), 0)


@transaction.atomic
def _mend(row_id: int, check: str) -> None:
    """Write a cache anew from the entries, under the lock of its account."""
    if check == "balance":
        account = Account.objects.select_for_update().get(pk=row_id)
        account.balance = account.proven_balance()
        account.save(update_fields=["balance"])
        return
    lot = Lot.objects.get(pk=row_id)
    Account.objects.select_for_update().get(pk=lot.account_id)
    kept = HoldPart.objects.filter(lot=lot, hold__state=HoldState.OPEN)
    lot.remaining = lot.entries.aggregate(total=Sum("amount"))["total"] or 0
    lot.held = kept.aggregate(total=Sum("amount"))["total"] or 0
    lot.save(update_fields=["remaining", "held"])
