"""The order page's sentences, per situation, in the shopper's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from aftercart.orders.portal_rules import Options, method_key

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A headline, the sentence under it and its tone (success, info, warn, danger)."""

    title: Text
    lead: Text
    tone: str


SITUATIONS = {
    "cancelled": Saying(
        title=gettext_lazy("Your order is cancelled"),
        lead=gettext_lazy("Nothing more of it will be sent."),
        tone="danger",
    ),
    "payment_failed": Saying(
        title=gettext_lazy("Your payment did not go through"),
        lead=gettext_lazy("We keep your order for you. You can pay it here, in another way if you like."),
        tone="danger",
    ),
    "payment_due": Saying(
        title=gettext_lazy("Your payment is still open"),
        lead=gettext_lazy("We have your order. As soon as your money arrives, we pack it and send it."),
        tone="warn",
    ),
    "preparing": Saying(
        title=gettext_lazy("Thank you! Your order is confirmed"),
        lead=gettext_lazy("We are preparing it and write to you as soon as it leaves."),
        tone="success",
    ),
    "partly_sent": Saying(
        title=gettext_lazy("Part of your order has been sent"),
        lead=gettext_lazy("The rest follows. We write to you as soon as it leaves."),
        tone="info",
    ),
    "sent": Saying(
        title=gettext_lazy("Your order has been sent"),
        lead=gettext_lazy("Everything you ordered has left us."),
        tone="info",
    ),
}

METHODS: dict[str, Text] = {
    "card": gettext_lazy("card"),
    "credit_card": gettext_lazy("card"),
    "debit_card": gettext_lazy("card"),
    "voucher": gettext_lazy("voucher"),
    "gift_card": gettext_lazy("gift card"),
    "store_credit": gettext_lazy("store credit"),
    "bank_transfer": gettext_lazy("bank transfer"),
    "wire": gettext_lazy("bank transfer"),
    "prepayment": gettext_lazy("bank transfer"),
    "invoice": pgettext_lazy("a way to pay", "invoice"),
    "direct_debit": gettext_lazy("direct debit"),
    "cod": gettext_lazy("cash on delivery"),
    "cash_on_delivery": gettext_lazy("cash on delivery"),
    "boleto": "Boleto",
    "paypal": "PayPal",
    "apple_pay": "Apple Pay",
    "google_pay": "Google Pay",
    "klarna": "Klarna",
    "blik": "BLIK",
    "promptpay": "PromptPay",
    "konbini": gettext_lazy("convenience store"),
}

CANCEL: dict[str, Text] = {
    "all": gettext_lazy(
        "Nothing has left yet. Write to us soon, and we cancel it as long as it is still here."
    ),
    "rest": gettext_lazy("What has not been sent yet can still be cancelled. Write to us soon."),
    "no": gettext_lazy("Not any more: everything has been sent. You can send it back instead."),
}
CHANGE: dict[str, Text] = {
    "all": gettext_lazy("The address, sizes and quantities can change until we pack it. Write to us soon."),
    "rest": gettext_lazy("Only for what has not been sent yet. Write to us soon."),
    "no": gettext_lazy("Not any more: everything has been sent."),
}
GIVE_BACK: dict[str, Text] = {
    "later": gettext_lazy("You can once it has arrived. Write to us and we tell you how."),
    "all": gettext_lazy("Write to us and we tell you how."),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing a shopper may want to do, whether they can, and how; ``topic`` prefills the question."""

    title: str
    text: str
    can: bool
    topic: str
    icon: str


def method_name(method: str) -> str:
    """A payment method in the shopper's language; one we have no word for stays as the shop calls it."""
    return str(METHODS.get(method_key(method)) or method.replace("_", " "))


def choices(options: Options | None, policy: str, *, changes_alone: bool = False) -> list[Choice]:
    """What can still be done, in words. ``policy`` is the shop's own sentence about returns, or empty; with
    ``changes_alone`` the page tells of changes elsewhere."""
    if options is None:
        return []
    found = [
        Choice(
            title=_("Cancel the order"),
            text=str(CANCEL[options.cancel]),
            can=options.cancel != "no",
            topic="change",
            icon="ban",
        ),
        Choice(
            title=_("Change the address or the items"),
            text=str(CHANGE[options.change]),
            can=options.change != "no",
            topic="change",
            icon="pencil",
        ),
        Choice(
            title=_("Send something back"),
            text=" ".join(part for part in (policy, str(GIVE_BACK[options.give_back])) if part),
            can=True,
            topic="return",
            icon="undo-2",
        ),
    ]
    return found[2:] if changes_alone else found
