"""Results are computed once per question and state of the export."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aftercart.insights import kept
from aftercart.insights.asking import Asker
from aftercart.insights.export.manifest import Manifest
from aftercart.insights.export.refresh import refresh_export
from aftercart.insights.figures.figure import Question
from aftercart.kernel.journal.testing import hear_everything
from aftercart.orders.testing import make_order

pytestmark = pytest.mark.django_db
RECENT = Question(since=date(2026, 1, 1))


def exported() -> Manifest:
    hear_everything("insights.mark_changes")
    return refresh_export()


def forbid_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("this was computed before")

    monkeypatch.setattr(Asker, "ask", refuse)


def test_a_board_reads_as_it_was_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_order()
    manifest = exported()
    assert kept.kept_board(manifest, RECENT) is None
    computed = kept.board(manifest, RECENT)
    forbid_counting(monkeypatch)
    again = kept.board(manifest, RECENT)
    assert again == computed
    assert again["orders_over_time"].rows[0]["bucket"].day == 1
    assert "GROUP BY" in again["orders_over_time"].sql


def test_another_state_of_the_export_is_counted_anew(data_dir: Path) -> None:
    make_order()
    before = exported()
    assert kept.board(before, RECENT)["orders"].value == 1
    make_order()
    after = exported()
    assert kept.board(after, RECENT)["orders"].value == 2
    assert [place.name for place in (data_dir / "parquet/.results").iterdir()] == [str(after.version)]


def test_only_what_is_missing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_order()
    manifest = exported()
    kept.board(manifest, RECENT)
    forbid_counting(monkeypatch)
    with pytest.raises(AssertionError, match="computed before"):
        kept.boards(manifest, [RECENT, Question()])
    assert len(kept.boards(manifest, [RECENT, RECENT])) == 2
