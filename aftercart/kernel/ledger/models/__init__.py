"""The ledger's tables. Postings, entries and lot entries are written once; triggers refuse to change them."""

from aftercart.kernel.ledger.models.accounts import Account, AccountKind, Book
from aftercart.kernel.ledger.models.holds import Hold, HoldPart, HoldState
from aftercart.kernel.ledger.models.lots import Ending, Lot, LotEntry, LotKind, LotRole
from aftercart.kernel.ledger.models.postings import Entry, Posting, PostingKind

__all__ = [
    "Account",
    "AccountKind",
    "Book",
    "Ending",
    "Entry",
    "Hold",
    "HoldPart",
    "HoldState",
    "Lot",
    "LotEntry",
    "LotKind",
    "LotRole",
    "Posting",
    "PostingKind",
]
