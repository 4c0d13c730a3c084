"""The same figures on Spark: as Python counts them, and as DuckDB does on more rows. ``make test-spark``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from aftercart.insights import engines
from aftercart.insights.asking import asker
from aftercart.insights.figures.figure import Grain, Question, registry
from aftercart.insights.testing import generate_export
from aftercart.insights.tests.test_figures import QUIET, assert_same, check, questions, shops

pytestmark = [
    pytest.mark.spark,
    # Py4J leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
FEW = settings(QUIET, max_examples=2, phases=[Phase.generate])  # a figure takes Spark a second


@FEW
@given(rows=shops(), ask=questions())
def test_spark_counts_as_python_does(rows: dict[str, list[dict[str, Any]]], ask: Question) -> None:
    check(rows, ask, "spark")


@pytest.mark.parametrize(
    "ask",
    [Question(), Question(since=date(2024, 5, 1), until=date(2024, 8, 31), channel_id=2, grain=Grain.WEEK)],
    ids=["always", "a summer of one channel"],
)
def test_spark_and_duckdb_agree(tmp_path: Path, ask: Question) -> None:
    files = generate_export(tmp_path, orders=20_000)
    with asker(files, engine="duckdb") as here, asker(files, engine="spark") as there:
        for figure in registry.values():
            expected = [dict(row) for row in here.ask(figure, ask).rows]
            assert_same(there.ask(figure, ask), expected)


def test_without_java_a_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with (
        pytest.raises(engines.EngineMissing, match="apt-get install openjdk-17"),
        engines.ENGINES["spark"].open({}),
    ):
        pass
