"""VAT by rate, as far as the figures tell. Pure.

Orders carry the tax of each line as an amount. A rate is named only when exactly one usual rate gives that amount;
what cannot be known is said to be unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RATES = tuple(range(0, 301, 5))
"""Rates looked for, in tenths of a percent: 0 to 30 % by halves."""


@dataclass(frozen=True, kw_only=True)
class Taxed:
    """One line's amount after its discount and its tax, minor units."""

    amount_minor: int
    tax_minor: int


@dataclass(frozen=True, kw_only=True)
class VatRow:
    """Net and tax under one rate (tenths of a percent), minor units."""

    rate: int
    net_minor: int
    tax_minor: int


def vat_rows(lines: Iterable[Taxed], *, includes_tax: bool, tax_minor: int) -> list[VatRow] | None:
    """The order's tax by rate, or ``None`` when it cannot be told.

    It can when every line's tax fits one rate and the lines' taxes come to the order's ``tax_minor``.
    """
    lines = list(lines)
    if tax_minor == 0 or sum(line.tax_minor for line in lines) != tax_minor:
        return None
    sums: dict[int, tuple[int, int]] = {}
    for line in lines:
        net = line.amount_minor - line.tax_minor if includes_tax else line.amount_minor
        rate = rate_of(net, line.tax_minor)
        if rate is None:
            return None
        known = sums.get(rate, (0, 0))
        sums[rate] = (known[0] + net, known[1] + line.tax_minor)
    return [VatRow(rate=rate, net_minor=net, tax_minor=tax) for rate, (net, tax) in sorted(sums.items())]


def rate_of(net_minor: int, tax_minor: int) -> int | None:
    """The one usual rate whose tax on ``net_minor`` is ``tax_minor`` to the minor unit, in tenths of a percent."""
    if net_minor <= 0:
        return 0 if tax_minor == 0 and net_minor == 0 else None
    fitting = [rate for rate in RATES if abs(net_minor * rate - tax_minor * 1000) < 500]
    return fitting[0] if len(fitting) == 1 else None
