"""The providers the shop can take money through, one module each; to add one is to write an adapter and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aftercart.payments.ports import Provider, Setup
from aftercart.payments.providers.by_hand import BankTransfer, CashOnDelivery
from aftercart.payments.providers.sandbox.provider import Sandbox, sandbox_is_allowed
from aftercart.payments.providers.stripe_api import Stripe


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A provider: its methods, the names of its secrets and settings, and whether people settle it by hand."""

    name: str
    label: str
    methods: tuple[str, ...]
    make: Callable[[Setup], Provider]
    position: int
    secrets: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    is_manual: bool = False
    hears_webhooks: bool = False
    is_usable: Callable[[], bool] = lambda: True


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="stripe",
            label="Stripe",
            methods=(
                *("card", "paypal", "klarna", "blik", "p24", "ideal", "bancontact", "eps", "konbini"),
                *("promptpay", "sepa_debit"),
            ),
            make=Stripe,
            position=10,
            secrets=("secret_key", "webhook_secret"),
            needed=("secret_key", "webhook_secret"),
            hears_webhooks=True,
        ),
        Kind(
            name="bank_transfer",
            label="Bank transfer",
            methods=("bank_transfer",),
            make=BankTransfer,
            position=30,
            settings=("holder", "iban", "bic", "bank"),
            is_manual=True,
        ),
        Kind(
            name="cash_on_delivery",
            label="Cash on delivery",
            methods=("cash_on_delivery",),
            make=CashOnDelivery,
            position=40,
            is_manual=True,
        ),
        Kind(
            name="sandbox",
            label="Sandbox",
            methods=("card",),
            make=Sandbox,
            position=20,
            hears_webhooks=True,
            is_usable=sandbox_is_allowed,
        ),
    )
}
