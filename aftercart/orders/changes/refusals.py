"""Why a change is not possible, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftercart.orders.rules import Refused

SENTENCES: dict[str, Promise] = {
    "closed": _("The time for changes is over: we are packing your order."),
    "sent": _("This has been sent already, so it cannot be changed any more."),
    "partly_sent": _("A part of your order has been sent, so its address cannot be changed any more."),
    "cancelled": _("This order is cancelled."),
    "off": _("This cannot be changed here. Please write to us."),
    "waiting": _("Another change of this order is still open. Wait for it, or withdraw it first."),
    "seen": _("The order was changed in the meantime. Please look at it again."),
    "same": _("This is how your order is already."),
    "stock": _("There are not enough left for this change."),
    "no_line": _("This is not a part of the order that can be changed."),
    "no_ware": _("This product cannot be had at the moment."),
    "quantity": _("Please choose between 1 and 999 pieces."),
    "fewer_than_sent": _("A part of these has been sent already: choose at least as many."),
    "last": _("This is all that your order has. Cancel the order instead."),
    "address": _("Please give a full address."),
    "below_nothing": _("The discount of this order does not allow this change. Please write to us."),
    "ended": _("This change was decided in the meantime."),
    "expired": _("The time for this change is over."),
    "undone": _("This change cannot be undone any more: the order was changed since."),
    "key": _("This form was sent before with other content. Please look at the order again."),
    "unknown": _("There is no such change."),
}


class Cannot(Refused):
    """A change is not possible. ``code`` says why; as text it is a sentence for the reader."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        return str(SENTENCES[self.code]) % self.values if self.values else str(SENTENCES[self.code])
