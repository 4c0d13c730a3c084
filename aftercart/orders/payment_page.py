"""What the pay page shows: what is due, how the last attempt went, and the ways to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from aftercart.orders.models import Order
from aftercart.orders.money import BY_HAND, coming_minor
from aftercart.orders.portal_words import method_name
from aftercart.payments.models import Charge, Offer

Text = str | Promise

DECLINED: dict[str, Text] = {
    "declined": gettext_lazy(
        "Your bank declined the payment. Please try another way to pay, or ask your bank."
    ),
    "insufficient_funds": gettext_lazy("There was not enough money for it. Please try another way to pay."),
    "expired_card": gettext_lazy("The card has expired. Please use another one."),
    "wrong_number": gettext_lazy("The card number was not right. Please type it again."),
    "wrong_code": gettext_lazy("The security code was not right. Please type it again."),
    "lost_card": gettext_lazy("Your bank declined this card. Please use another one."),
    "not_authenticated": gettext_lazy("The payment was not confirmed at your bank. Please try again."),
    "limit_exceeded": gettext_lazy("The card’s limit is reached. Please use another one."),
    "try_again": gettext_lazy("Something went wrong on the way. Please try again in a moment."),
    "abandoned": gettext_lazy("The payment was not finished. You can start again."),
}

HINTS: dict[str, Text] = {
    "card": gettext_lazy("You type the card on our payment provider’s secure page."),
    "bank_transfer": gettext_lazy("You transfer the money yourself; we show you where to."),
    "cash_on_delivery": gettext_lazy("You pay when the parcel is handed to you."),
}

BANK_LABELS: dict[str, Text] = {
    "holder": gettext_lazy("Account holder"),
    "iban": "IBAN",
    "bic": "BIC",
    "bank": gettext_lazy("Bank"),
    "reference": gettext_lazy("Write in the transfer"),
}


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to pay, as a choice; ``hint`` says what comes next."""

    value: str
    name: str
    hint: str
    is_test: bool
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class PayPageShown:
    """The page. ``state`` is ``pay``, ``coming``, ``paid``, ``cancelled`` or ``no_way``."""

    state: str
    due_minor: int
    declined: str
    ways: tuple[Way, ...]
    coming_minor: int
    transfer: tuple[tuple[str, str], ...]
    transfer_minor: int
    chosen_on_delivery: bool


def pay_page(order: Order, charges: Sequence[Charge], offers: Sequence[Offer]) -> PayPageShown:
    """Arrange the page; ``charges`` newest first."""
    coming = coming_minor(charges, order)
    due = max(0, order.due_minor - coming)
    newest = charges[0] if charges else None
    waiting = (
        newest if newest is not None and newest.provider in BY_HAND and newest.state == "pending" else None
    )
    return PayPageShown(
        state=_state(order, due, coming, offers),
        due_minor=due,
        declined=_declined(newest),
        ways=_ways(offers, newest),
        coming_minor=coming,
        transfer=_transfer(waiting),
        transfer_minor=waiting.amount_minor - waiting.captured_minor if waiting else 0,
        chosen_on_delivery=waiting is not None and waiting.provider == "cash_on_delivery",
    )


def _state(order: Order, due: int, coming: int, offers: Sequence[Offer]) -> str:
    if order.state == "cancelled":
        return "cancelled"
    if not due:
        return "coming" if coming else "paid"
    return "pay" if offers else "no_way"


def _declined(newest: Charge | None) -> str:
    """Why the last attempt came to nothing; an attempt that the payer simply left is worth a word, too."""
    if newest is None or newest.state not in {"failed", "cancelled"} or newest.cancel_asked_at:
        return ""
    return str(DECLINED.get(newest.code or "abandoned", DECLINED["declined"]))


def _ways(offers: Sequence[Offer], newest: Charge | None) -> tuple[Way, ...]:
    before = f"{newest.account_id}:{newest.method}" if newest is not None else ""
    chosen = before if any(offer.value == before for offer in offers) else offers[0].value if offers else ""
    return tuple(
        Way(
            value=offer.value,
            name=method_name(offer.method),
            hint=str(HINTS.get(offer.method, "")),
            is_test=offer.account.is_test,
            is_chosen=offer.value == chosen,
        )
        for offer in offers
    )


def _transfer(waiting: Charge | None) -> tuple[tuple[str, str], ...]:
    if waiting is None or waiting.provider != "bank_transfer":
        return ()
    known = waiting.instructions
    return tuple((str(label), str(known[name])) for name, label in BANK_LABELS.items() if known.get(name))
