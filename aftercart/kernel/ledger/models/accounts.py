"""Books and the accounts in them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q, Sum


class Book(models.Model):
    """One kind of value in one unit: loyalty points, store credit in EUR, gift cards in JPY.

    ``unit`` is an ISO 4217 code or a word such as ``points``; amounts are whole numbers of its smallest part.
    """

    code = models.SlugField(max_length=40)
    unit = models.CharField(max_length=12)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "unit"], name="ledger_book_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class AccountKind(models.TextChoices):
    HOLDER = "holder", "Holder"
    ISSUED = "issued", "Issued"
    REDEEMED = "redeemed", "Redeemed"
    BREAKAGE = "breakage", "Breakage"


class AccountQuerySet(models.QuerySet["Account"]):
    def of(self, holder: str) -> AccountQuerySet:
        """Every account of one holder (``"customer:7"``)."""
        return self.filter(holder=holder, kind=AccountKind.HOLDER).select_related("book")


class Account(models.Model):
    """A place in a book. A holder's balance is kept and proven; the house's is summed when asked.

    The row is the lock of everything the account has: lots and holds change only under it.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    holder = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=AccountKind.choices, default=AccountKind.HOLDER)
    allows_negative = models.BooleanField(default=False)
    balance = models.BigIntegerField(null=True, help_text="Of holders only: house accounts are never locked.")
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "holder", "kind"], name="ledger_account_once"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="ledger_account_kind"),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.HOLDER, balance__isnull=False)
                | (~Q(kind=AccountKind.HOLDER) & Q(balance__isnull=True)),
                name="ledger_account_balance_of_holders",
            ),
            models.CheckConstraint(
                condition=Q(balance__isnull=True) | Q(allows_negative=True) | Q(balance__gte=0),
                name="ledger_account_not_overdrawn",
            ),
        ]
        indexes = [models.Index(fields=["holder"], name="ledger_account_holder")]

    def __str__(self) -> str:
        return f"{self.holder} {self.kind} in {self.book_id}"

    def spendable(self, now: datetime) -> int:
        """What a ``spend`` could take at this moment, without going negative; read anew each time."""
        lots = list(self.lots.filter(remaining__gt=0))
        balance = Account.objects.values_list("balance", flat=True).get(pk=self.pk) or 0
        active = sum(lot.free for lot in lots if lot.is_active(now))
        held = sum(lot.held for lot in lots)
        return max(0, min(active, balance - held))

    def pending(self, now: datetime) -> int:
        """What was granted and becomes spendable later."""
        lots = self.lots.filter(remaining__gt=0, activates_at__gt=now)
        return lots.aggregate(total=Sum("remaining"))["total"] or 0

    def proven_balance(self) -> int:
        """The balance as the entries add up, for holders and the house alike."""
        return self.entries.aggregate(total=Sum("amount"))["total"] or 0
