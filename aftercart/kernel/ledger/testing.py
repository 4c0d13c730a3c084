"""Books and accounts for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from aftercart.kernel.ledger.actions import open_account, open_book
from aftercart.kernel.ledger.models import Account, Posting

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def make_account(
    holder: str = "customer:3", *, allows_negative: bool = False, book: str = "points"
) -> Account:
    """A holder's account in a book of points; Sam's by default."""
    opened = open_book(code=book, unit="points", name=book.capitalize())
    return open_account(book=opened, holder=holder, allows_negative=allows_negative)


def balance_of(account: Account) -> int:
    """The kept balance, read anew."""
    account.refresh_from_db()
    return account.balance or 0


def amounts_of(posting: Posting) -> dict[str, int]:
    """The entries of a posting by the kind of account."""
    return dict(posting.entries.values_list("account__kind", "amount"))


def lots_of(account: Account) -> list[int]:
    """What remains in each lot, the oldest first."""
    return list(account.lots.order_by("pk").values_list("remaining", flat=True))
