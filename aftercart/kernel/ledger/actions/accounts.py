"""Opening books and accounts: asking twice gives the same."""

from __future__ import annotations

from aftercart.kernel.ledger.models import Account, AccountKind, Book

HOUSE = "house"


def open_book(*, code: str, unit: str, name: str) -> Book:
    """The book of this code and unit (``points``, or an ISO 4217 code); opened when there is none."""
    book, _ = Book.objects.get_or_create(code=code, unit=unit, defaults={"name": name})
    return book


def open_account(*, book: Book, holder: str, allows_negative: bool = False) -> Account:
    """The holder's account in the book (``holder`` is ``"customer:7"``); opened when there is none.

    ``allows_negative`` lets a reversal take back what was already spent, to be netted against later
    grants; it is fixed when the account is opened.
    """
    account, _ = Account.objects.get_or_create(
        book=book,
        holder=holder,
        kind=AccountKind.HOLDER,
        defaults={"allows_negative": allows_negative, "balance": 0},
    )
    return account


def house_account(book_id: int, kind: AccountKind) -> Account:
    """The book's own account of a kind: where value comes from, or goes to."""
    account, _ = Account.objects.get_or_create(
        book_id=book_id, holder=HOUSE, kind=kind, defaults={"allows_negative": True}
    )
    return account
