"""Delivery promises on real orders (Olist): the first 70 % by date are learnt from, the rest is judged.

``python -m benchmarks.promise``. The data is not shipped: ``AFTERCART_SHARED_DATA`` names the folder that has it.
"""

from __future__ import annotations

from collections import defaultdict
from time import perf_counter

from benchmarks._promise import Judged, data_folder, judge, loss, orders, share
from benchmarks._report import note, say

NAMES = {"ours": "own history", "whole": "one quantile for all", "printed": "the shop's printed day"}
FEWEST = 30


def main() -> None:
    """Print coverage and pinball loss of the three, then calibration by state."""
    folder = data_folder()
    if not (folder / "olist_orders_dataset.csv.gz").exists():
        note("data", f"there is none in {folder}; set AFTERCART_SHARED_DATA")
        return
    started = perf_counter()
    judged = judge(orders(folder))
    note("judged", f"{len(judged)} deliveries, learnt anew for each day, {perf_counter() - started:.1f} s")
    say(f"{'':24}{'p50 arrived':>13}{'p50 loss':>10}{'p90 arrived':>13}{'p90 loss':>10}")
    for who, name in NAMES.items():
        figures = [
            f"{share(judged, who, level):>13.1%}{loss(judged, who, level):>10.3f}" for level in (0.5, 0.9)
        ]
        say(f"{name:24}{''.join(figures)}")
    _by_state(judged)


def _by_state(judged: list[Judged]) -> None:
    say(f"\n{'state':8}{'n':>6}{'p50 arrived':>13}{'p90 arrived':>13}{'printed':>10}")
    states: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        states[one.region].append(one)
    for state, rows in sorted(states.items(), key=lambda pair: -len(pair[1])):
        mark = "" if len(rows) >= FEWEST else "  (few)"
        shares = (share(rows, "ours", 0.5), share(rows, "ours", 0.9), share(rows, "printed", 0.9))
        say(f"{state:8}{len(rows):>6}{shares[0]:>13.1%}{shares[1]:>13.1%}{shares[2]:>10.1%}{mark}")


if __name__ == "__main__":
    main()
