"""Carriers' secrets and keys from the environment: typed, and refused with a sentence when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aftercart.config.env import ConfigurationError

SHORTEST = 16


@dataclass(frozen=True, kw_only=True)
class CarrierKeys:
    """What is needed to hear carriers and to ask them. Empty: that door is closed, that carrier is not asked.

    Several secrets of a webhook, separated by commas, let one be exchanged for another without a gap. Budgets are
    questions an hour.
    """

    webhook: tuple[str, ...] = field(default=(), repr=False)
    aftership: tuple[str, ...] = field(default=(), repr=False)
    ups: tuple[str, str] | None = field(default=None, repr=False)
    ups_url: str = ""
    ups_budget: int = 500
    dhl: str = field(default="", repr=False)
    dhl_url: str = ""
    dhl_budget: int = 250


def read(environ: Mapping[str, str]) -> CarrierKeys:
    """Parse the environment.

    Raises:
        ConfigurationError: with a sentence that says which variable to set to what.
    """
    return CarrierKeys(
        webhook=_secrets(environ, "AFTERCART_TRACKING_SECRET"),
        aftership=_secrets(environ, "AFTERCART_AFTERSHIP_SECRET"),
        ups=_pair(environ, "AFTERCART_UPS"),
        ups_url=_url(environ, "AFTERCART_UPS_URL"),
        ups_budget=_count(environ, "AFTERCART_UPS_BUDGET", 500),
        dhl=environ.get("AFTERCART_DHL", "").strip(),
        dhl_url=_url(environ, "AFTERCART_DHL_URL"),
        dhl_budget=_count(environ, "AFTERCART_DHL_BUDGET", 250),
    )


def _secrets(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    secrets = tuple(one.strip() for one in environ.get(name, "").split(",") if one.strip())
    if any(len(one) < SHORTEST for one in secrets):
        raise ConfigurationError(
            f"{name} has a secret of less than {SHORTEST} characters: write a longer one."
        )
    return secrets


def _pair(environ: Mapping[str, str], name: str) -> tuple[str, str] | None:
    told = environ.get(name, "").strip()
    first, colon, second = told.partition(":")
    if told and not (first and colon and second):
        raise ConfigurationError(f"{name} is not client id and secret: write them as id:secret.")
    return (first, second) if told else None


def _url(environ: Mapping[str, str], name: str) -> str:
    told = environ.get(name, "").strip().rstrip("/")
    if told and not told.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ConfigurationError(f"{name} is {told!r}: write an https:// address.")
    return told


def _count(environ: Mapping[str, str], name: str, default: int) -> int:
    told = environ.get(name, "").strip()
    if not told:
        return default
    if not told.isdecimal() or not 1 <= int(told) <= 1_000_000:
        raise ConfigurationError(f"{name} is {told!r}: write how many questions an hour, from 1 to 1000000.")
    return int(told)
