"""The ledger's only writers. Each is one transaction, locks the account first, and is done once per key."""

from aftercart.kernel.ledger.actions.accounts import open_account, open_book
from aftercart.kernel.ledger.actions.expiry import Expired, expire_due
from aftercart.kernel.ledger.actions.granting import grant
from aftercart.kernel.ledger.actions.holding import capture, hold, release
from aftercart.kernel.ledger.actions.proving import Difference, reconcile
from aftercart.kernel.ledger.actions.reversing import reverse
from aftercart.kernel.ledger.actions.spending import spend
from aftercart.kernel.ledger.actions.transferring import transfer

__all__ = [
    "Difference",
    "Expired",
    "capture",
    "expire_due",
    "grant",
    "hold",
    "open_account",
    "open_book",
    "reconcile",
    "release",
    "reverse",
    "spend",
    "transfer",
]
