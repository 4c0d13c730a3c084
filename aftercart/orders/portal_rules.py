"""Pure decisions of the order page: what it says first, and what can honestly still be done."""

from __future__ import annotations

import re
from dataclasses import dataclass

ON_DELIVERY = frozenset({"cod", "cash_on_delivery", "on_delivery", "collect_on_delivery"})


@dataclass(frozen=True, kw_only=True)
class Options:
    """Whether something is possible: ``all`` of it, only what is left (``rest``), ``later`` or ``no``."""

    cancel: str
    change: str
    give_back: str


def method_key(method: str) -> str:
    """A payment method's name as a key: ``"Cash on Delivery"`` is ``"cash_on_delivery"``."""
    return re.sub(r"[\W_]+", "_", method.casefold()).strip("_")


def situation(*, state: str, payment_state: str, fulfilment_state: str, method: str, due_minor: int) -> str:
    """The one thing to say first: ``cancelled``, ``payment_failed``, ``payment_due``, ``preparing``,
    ``partly_sent`` or ``sent``.

    Money that is still due comes first only while it holds the goods back.
    """
    if state == "cancelled":
        return "cancelled"
    if fulfilment_state == "partial" and state == "open":
        return "partly_sent"
    if fulfilment_state != "unfulfilled":
        return "sent"
    if payment_state == "failed":
        return "payment_failed"
    if due_minor and payment_state in {"pending", "partly_paid"} and method_key(method) not in ON_DELIVERY:
        return "payment_due"
    return "preparing"


def options(*, state: str, fulfilment_state: str) -> Options | None:
    """What the shopper may still ask for; none for a cancelled order, where nothing is left to do."""
    if state == "cancelled":
        return None
    if fulfilment_state == "unfulfilled":
        return Options(cancel="all", change="all", give_back="later")
    if state == "open":
        return Options(cancel="rest", change="rest", give_back="all")
    return Options(cancel="no", change="no", give_back="all")


def masked(email: str) -> str:
    """An address that its owner recognises and a stranger cannot use: ``s•••@mail.example``."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}" if domain else ""
