"""UPS and DHL asked through karrio: it signs in and asks, we read its raw answers ourselves.

karrio's own reading calls a UPS parcel that is out for delivery "in transit", stamps local times with Z and gives DHL's
pre-transit no status; so only its transport is used (docs/decisions/0032).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from typing import Any

from aftercart.tracking.carriers.dhl import reading as dhl
from aftercart.tracking.carriers.ups import reading as ups
from aftercart.tracking.ports import Busy, CarrierTrouble, HeardScan, NotAllowed, Unreachable

PATIENCE = 30.0
Reader = Callable[[Mapping[str, Any]], list[HeardScan]]


class KarrioMissing(Exception):
    """A carrier is configured that needs the extra. The message says how to install it."""


@dataclass(kw_only=True)
class KarrioSource:
    """One carrier behind karrio. ``patience`` is how many seconds an answer may take."""

    code: str
    label: str
    carriers: frozenset[str]
    budget: int
    name: str
    credentials: Mapping[str, str]
    read: Reader
    address: str = ""
    patience: float = PATIENCE
    _gateway: Any = field(default=None, repr=False)

    def look(self, tracking_number: str) -> Sequence[HeardScan]:
        """See :class:`~aftercart.tracking.ports.CarrierSource`."""
        try:
            gateway = self._open()
        except KarrioMissing as missing:
            raise NotAllowed(str(missing)) from missing
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"karrio-{self.code}")
        try:
            answer = pool.submit(self._ask, gateway, tracking_number).result(timeout=self.patience)
        except TookTooLong:
            raise Unreachable(f"No answer within {self.patience:.0f} seconds.") from None
        except CarrierTrouble:
            raise
        except Exception as error:
            raise _as_trouble(error) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return self.read(answer)

    def _ask(self, gateway: Any, tracking_number: str) -> Mapping[str, Any]:
        from karrio import lib  # noqa: PLC0415 - the extra may not be installed

        answers = gateway.proxy.get_tracking(lib.Serializable(self._request(tracking_number))).deserialize()
        if not answers:
            raise Unreachable("The answer was empty.")
        answer = answers[0][1] if isinstance(answers[0], (tuple, list)) else answers[0]
        if not isinstance(answer, dict):
            raise Unreachable("The answer was not JSON.")
        return answer

    def _request(self, tracking_number: str) -> list[Any]:
        if self.name == "ups":
            return [tracking_number]
        return [{"trackingNumber": tracking_number, "language": "en"}]

    def _open(self) -> Any:
        if self._gateway is None:
            karrio = load()
            gateway = karrio.gateway[self.name].create(dict(self.credentials))
            if self.address:  # a sandbox, a proxy of the shop's own, a fake carrier in tests
                kind = type(gateway.settings)
                gateway.settings.__class__ = type(kind.__name__, (kind,), {"server_url": self.address})
            self._gateway = gateway
        return self._gateway


def load() -> Any:
    """The karrio package.

    Raises:
        KarrioMissing: when the extra is not installed.
    """
    try:
        import karrio.sdk as karrio  # noqa: PLC0415 - the extra may not be installed
    except ImportError as error:
        raise KarrioMissing("Asking carriers needs karrio: pip install 'aftercart[karrio]'.") from error
    return karrio


def _as_trouble(error: Exception) -> CarrierTrouble:
    words = str(error)[:150] or type(error).__name__
    lowered = words.casefold()
    if "429" in words or "too many" in lowered:
        return Busy(words)
    if "401" in words or "invalid client" in lowered or "credential" in lowered or "unauthorized" in lowered:
        return NotAllowed(words)
    return Unreachable(words)


def ups_source(client_id: str, client_secret: str, *, address: str = "", budget: int = 500) -> KarrioSource:
    """UPS Track API."""
    return KarrioSource(
        code="ups",
        label="UPS",
        carriers=frozenset({"ups"}),
        budget=budget,
        name="ups",
        credentials={"client_id": client_id, "client_secret": client_secret},
        read=ups.read,
        address=address,
    )


def dhl_source(key: str, *, address: str = "", budget: int = 250) -> KarrioSource:
    """DHL Shipment Tracking, Unified; its free plan allows 250 questions a day, a paid one more."""
    return KarrioSource(
        code="dhl",
        label="DHL",
        carriers=frozenset({"dhl", "dhlexpress", "dhlecommerce", "deutschepost"}),
        budget=budget,
        name="dhl_universal",
        credentials={"consumer_key": key, "consumer_secret": ""},
        read=dhl.read,
        address=address,
    )
