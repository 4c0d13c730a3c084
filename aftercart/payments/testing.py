"""Factories for tests: accounts and charges made through the real actions."""

from __future__ import annotations

import itertools
from typing import Any

from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.work.models import Job
from aftercart.kernel.work.testing import run_due_jobs
from aftercart.payments.actions import ChargeDraft, save_account, start_charge
from aftercart.payments.models import Account, Charge, Offer
from aftercart.stores.models import Channel
from aftercart.stores.testing import make_channel

_numbers = itertools.count(1)
BANK = {"holder": "Mira & Holm GmbH", "iban": "DE02120300000000202051", "bic": "BYLADEM1001", "bank": "DKB"}

SUCCEEDS = "4242424242424242"
ASKS = "4000002760003184"
DECLINES = "4000000000000002"
NO_MONEY = "4000000000009995"
SLOW = "4000000000000077"
REPLAYS = "4000000000001018"
DISORDERED = "4000000000002024"
REFUND_FAILS = "4000000000005126"
REFUND_SLOW = "4000000000007726"


def make_account(provider: str = "sandbox", *, channel: Channel | None = None, **values: Any) -> Account:
    """An account of the main channel, with every method of the provider."""
    methods = {"sandbox": ["card"], "stripe": ["card"]}.get(provider, [provider])
    defaults: dict[str, Any] = {
        "methods": methods,
        "is_test": provider in {"sandbox", "stripe"},
        "settings": BANK if provider == "bank_transfer" else {},
    }
    return save_account(
        channel_id=(channel or make_channel()).pk, provider=provider, actor="test", **(defaults | values)
    )


def make_offer(provider: str = "sandbox") -> Offer:
    """The first method of an account."""
    account = make_account(provider)
    return Offer(account=account, method=account.methods[0])


def make_charge(
    card: str = "",
    *,
    amount_minor: int = 5000,
    provider: str = "sandbox",
    about: str = "basket:1",
    key: str = "",
    **values: Any,
) -> Charge:
    """A charge; with a ``card`` the sandbox has used it already."""
    account = values.pop("account", None) or make_account(provider)
    draft = ChargeDraft(
        account=account,
        about=about,
        method=values.pop("method", account.methods[0]),
        amount_minor=amount_minor,
        currency=values.pop("currency", "EUR"),
        key=key or f"test-{next(_numbers)}",
        return_url="/",
        token=card,
        **values,
    )
    return start_charge(draft=draft, actor="test")


def settle_everything(*, rounds: int = 6) -> None:
    """Let the worker do all it has to do, delayed things too: the outbox, jobs, listeners."""
    for _ in range(rounds):
        Job.objects.filter(state=Job.State.PENDING, name__startswith="payments.sandbox").update(
            run_at="2020-01-01T00:00:00Z"
        )
        done = drain(owner="test") + run_due_jobs() + hear_everything()
        if not done:
            return
