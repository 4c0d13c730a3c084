"""Payments that people settle: a transfer that staff see on the statement, cash that the carrier collects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from aftercart.payments.ports import (
    BadSignature,
    Known,
    Notice,
    Pending,
    ProviderRefused,
    Result,
    Returned,
    Setup,
    Wanted,
)


class ByHand:
    """Nothing is called: a charge waits until somebody says that the money came."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    def start(self, wanted: Wanted) -> Result:
        return Pending(reference=wanted.key, instructions=self.instructions(wanted))

    def instructions(self, wanted: Wanted) -> Mapping[str, str]:
        """What the payer needs to know, by name."""
        return {}

    def capture(self, charge: Known, *, amount_minor: int, key: str) -> Result:
        raise ProviderRefused("There is nothing to capture.")

    def cancel(self, charge: Known, *, key: str) -> Result | None:
        return None

    def refund(self, charge: Known, *, amount_minor: int, key: str, reason: str) -> Returned:
        return Returned(reference=key, state="pending")

    def fetch(self, charge: Known) -> Sequence[Notice]:
        return []

    def read_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Notice]:
        raise BadSignature("Nobody sends webhooks for payments by hand.")


class BankTransfer(ByHand):
    """A transfer before delivery: the bank's details and the reference that finds the order again."""

    def instructions(self, wanted: Wanted) -> Mapping[str, str]:
        """The account to pay to, and what to write in the transfer."""
        kept = {name: str(self._setup.settings.get(name, "")) for name in ("holder", "iban", "bic", "bank")}
        return {name: text for name, text in kept.items() if text} | {"reference": wanted.description}


class CashOnDelivery(ByHand):
    """The carrier collects the money at the door."""
