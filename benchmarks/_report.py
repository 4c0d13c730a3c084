"""Figures as every benchmark prints them: ours, the target, a baseline of the same run, their ratio."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADINGS = ("", "ours", "target", "baseline", "ours / baseline", "")
SCALE = float(os.environ.get("BENCH_SCALE", "1"))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured thing. A ``unit`` that ends in ``/s`` is better higher, any other (ms, s) better lower."""

    what: str
    ours: float
    unit: str
    target: float | None = None
    baseline: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether ours is as good as the target; None when there is none, or sizes were reduced."""
        if self.target is None or SCALE < 1:
            return None
        return self.ours >= self.target if self.unit.endswith("/s") else self.ours <= self.target


def scaled(size: int, *, least: int = 1) -> int:
    """A size, reduced by the environment's ``BENCH_SCALE`` (0.01: a hundredth) for a quick look."""
    return max(least, round(size * SCALE))


def show(figures: Iterable[Figure]) -> None:
    """Print an aligned table."""
    rows = [HEADINGS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(row[at].rjust(widths[at]) for at in range(1, 5)), row[5]]
        say("  ".join(cells).rstrip())


def note(label: str, text: str) -> None:
    """A line beside the table: what was measured, or what else was seen."""
    say(f"{label}: {text}")


def say(line: str) -> None:
    """Print at once, so that the lines of several processes stand in order."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def percentile(taken: Sequence[float], share: float) -> float:
    """The value that ``share`` (0.95) of the values do not exceed."""
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _row(figure: Figure) -> tuple[str, ...]:
    verdict = {None: "", True: "met", False: "MISSED"}[figure.is_met]
    ratio = f"{figure.ours / figure.baseline:,.2f}" if figure.baseline else ""
    numbers = (_number(value, figure.unit) for value in (figure.ours, figure.target, figure.baseline))
    return (figure.what, *numbers, ratio, verdict)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if unit.endswith("/s") or value >= 100 else 2 if value < 10 else 1
    return f"{value:,.{digits}f}{'' if unit.startswith('/') else ' '}{unit}"
