"""An import's report as sentences for people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

THINGS = (("orders", "order"), ("customers", "customer"), ("products", "product"))
VERBS = (
    ("added", "added"),
    ("changed", "changed"),
    ("unchanged", "unchanged"),
    ("kept", "left as they are"),
    ("in_files", "in the files"),
)


def sentences(report: dict[str, Any]) -> list[str]:
    """What happened, line by line."""
    lines = [
        "Nothing was written: this is a dry run."
        if report.get("dry_run")
        else f"Import {report.get('run')} is done."
    ]
    counts = report["counts"]
    for things, _ in THINGS:
        told = [
            f"{counts[f'{things}_{key}']:,} {verb}" for key, verb in VERBS if counts.get(f"{things}_{key}")
        ]
        if told:
            lines.append(f"{things.capitalize()}: {', '.join(told)}.")
    rows = ", ".join(f"{source} {count:,}" for source, count in report["rows"].items())
    lines.append(f"Rows read: {rows}.")
    lines += _rejected(report)
    lines += [
        f"Left empty, because it could not be read: {name} in {n:,} rows."
        for name, n in report["left_empty"].items()
    ]
    return lines + _credits(report["credits"]) + _sums(report["reconciliation"])


def _rejected(report: dict[str, Any]) -> list[str]:
    left_out = report["rejected"] + report["counts"].get("orders_kept", 0)
    if not left_out:
        return ["No row was rejected."]
    lines = [f"Rejected rows: {report['rejected']:,}. See {report.get('rejects', 'rejects.csv')}"]
    return lines + [f"  {count:,} x {reason}" for reason, count in report["reasons"]]


def _credits(credits_told: dict[str, int]) -> list[str]:
    if not any(credits_told.values()):
        return []
    return [
        f"Credit notes: {credits_told['matched']:,} lines take back an earlier purchase "
        f"({credits_told['notes_settled']:,} notes settled by it); "
        f"{credits_told['notes_without_purchase']:,} notes without a purchase are kept as cancelled records."
    ]


def _sums(sums: dict[str, str] | None) -> list[str]:
    if sums is None:
        return []
    return [
        f"Quantity x price of all rows: {sums['file']} = orders {sums['orders']} - credited {sums['credited']} "
        f"- credit notes without a purchase {sums['credit_notes']} + rejected {sums['rejected']} "
        f"+ rounding {sums['rounding']}"
        + (
            "."
            if sums["difference"] in {"0", "0E-6", "-0"}
            else f"; NOT accounted for: {sums['difference']}."
        )
    ]


AMOUNTS = (
    ("file", "All rows of the files: quantity x price"),
    ("orders", "in orders"),
    ("credited", "taken back by credit notes"),
    ("credit_notes", "credit notes without a purchase in the files"),
    ("rejected", "in rejected rows"),
    ("rounding", "lost to rounding"),
    ("difference", "not accounted for"),
)


def amounts_told(sums: dict[str, str] | None) -> list[tuple[str, str]]:
    """The reconciliation as lines of a table; what is nothing is left out, except the whole and the rest."""
    if not sums:
        return []
    return [
        (label, _amount(Decimal(sums[key])))
        for key, label in AMOUNTS
        if key in {"file", "orders", "difference"} or Decimal(sums[key])
    ]


def _amount(amount: Decimal) -> str:
    """At least two decimals, more where the sum has them."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{amount:,.{places}f}"
