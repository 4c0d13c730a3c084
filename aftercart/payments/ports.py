"""What the shop asks of a payment provider, in its own words; the adapters are in ``providers/``.

Amounts are minor units. Every call that moves money carries a key: the same key with the same body is the same
deed, however often it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class ProviderUnreachable(Exception):
    """No answer: it may be done or not. Ask again with the same key."""


class ProviderRefused(Exception):
    """Certainly not done, and it will not be. The message says why, in words."""


class BadSignature(Exception):
    """A webhook that the provider did not sign, or signed too long ago."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Money to be asked for. ``token`` is a payment method the provider keeps, where there is one."""

    key: str
    amount_minor: int
    currency: str
    method: str
    description: str = ""
    return_url: str = ""
    language: str = "en"
    email: str = ""
    token: str = ""
    capture_now: bool = True


@dataclass(frozen=True, kw_only=True)
class Known:
    """A charge as the provider knows it: ``reference`` is its name there, ``settled_reference`` the payment's
    where that is another one."""

    key: str
    reference: str
    amount_minor: int
    currency: str
    captured_minor: int = 0
    settled_reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Succeeded:
    """The money is there."""

    reference: str
    captured_minor: int
    settled_reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Authorised:
    """The money is set aside; it comes with :meth:`Provider.capture`."""

    reference: str
    settled_reference: str = ""


@dataclass(frozen=True, kw_only=True)
class RequiresAction:
    """The payer has to go to ``redirect_url`` first."""

    reference: str
    redirect_url: str
    settled_reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """The money is on its way, or waits for the payer; ``instructions`` say what to do, by name."""

    reference: str
    instructions: Mapping[str, str] = field(default_factory=dict)
    settled_reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Declined:
    """It was refused. ``code`` is one of ``rules.DECLINES``; ``reason`` the provider's own words."""

    reference: str
    code: str
    reason: str = ""
    settled_reference: str = ""


Result = Succeeded | Authorised | RequiresAction | Pending | Declined


@dataclass(frozen=True, kw_only=True)
class Returned:
    """How a refund stands: ``pending``, ``succeeded`` or ``failed``."""

    reference: str
    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChargeNotice:
    """What a provider says of a charge, by webhook or when asked. ``captured_minor`` is the whole so far.

    It is found by ``reference``, ``settled_reference`` or our own ``key``, whichever the provider names.
    """

    state: str
    at: datetime
    event_id: str = ""
    kind: str = ""
    reference: str = ""
    settled_reference: str = ""
    key: str = ""
    captured_minor: int = 0
    currency: str = ""
    code: str = ""
    reason: str = ""
    redirect_url: str = ""
    instructions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RefundNotice:
    """What a provider says of a refund; ``settled_reference`` names the payment it belongs to."""

    state: str
    at: datetime
    event_id: str = ""
    kind: str = ""
    reference: str = ""
    settled_reference: str = ""
    key: str = ""
    amount_minor: int = 0
    reason: str = ""


Notice = ChargeNotice | RefundNotice


@dataclass(frozen=True, kw_only=True)
class Setup:
    """How one channel uses a provider: settings and secrets, the latter never shown."""

    account_id: int
    is_test: bool
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


class Provider(Protocol):
    """One provider, set up for one channel. Calls have outside effects: never inside a transaction."""

    def start(self, wanted: Wanted) -> Result:
        """Ask for money.

        Raises:
            ProviderUnreachable: no answer.
            ProviderRefused: the provider does not take the request (not a decline of the payer's means).
        """
        ...

    def capture(self, charge: Known, *, amount_minor: int, key: str) -> Result: ...

    def cancel(self, charge: Known, *, key: str) -> Result | None:
        """Call it off; ``None`` when it is. A result when the money had come already."""
        ...

    def refund(self, charge: Known, *, amount_minor: int, key: str, reason: str) -> Returned: ...

    def fetch(self, charge: Known) -> Sequence[Notice]:
        """How the charge and its refunds stand now."""
        ...

    def read_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Notice]:
        """What a webhook says, its signature checked.

        Raises:
            BadSignature: when it is not the provider's, or too old.
        """
        ...
