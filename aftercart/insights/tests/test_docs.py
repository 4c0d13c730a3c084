"""docs/figures.md names every figure and every exported column."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftercart.insights.export.tables import SCHEMA_VERSION, TABLES, ExportTable
from aftercart.insights.figures.figure import Figure, Shape, registry
from aftercart.insights.telling import json_key

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "figures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("figure", registry.values(), ids=lambda figure: figure.key)
def test_a_figure_is_documented(figure: Figure) -> None:
    key = json_key(figure) if figure.shape is Shape.TILE else figure.key
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{key}` |")]
    assert figure.definition in row
    assert figure.title in row


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_is_documented(table: ExportTable) -> None:
    part = PAGE.split(f"`{table.name}`, chunked by", 1)[1].split("chunked by", 1)[0]
    for column in table.columns:
        assert f"| `{column.name}` |" in part
        assert column.meaning in part


def test_the_version_is_documented() -> None:
    assert f"Version {SCHEMA_VERSION}." in PAGE
