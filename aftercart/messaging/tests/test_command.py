"""``aftercart mail``."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from aftercart.messaging.messages import registry
from aftercart.stores.testing import make_channel

pytestmark = pytest.mark.django_db


def test_preview_writes_what_a_reader_would_see(tmp_path: Path) -> None:
    make_channel("main")
    out = StringIO()
    call_command(
        "mail", "preview", "all", "--language", "all", "--channel", "main", "--out", str(tmp_path), stdout=out
    )
    assert len(list(tmp_path.glob("*.html"))) == len(list(tmp_path.glob("*.txt"))) == 5 * len(registry)
    assert "Заказ MH-10482 принят" in (tmp_path / "order_confirmed.ru.txt").read_text(encoding="utf-8")
    assert "Заказ MH-10482 принят" in out.getvalue()


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no message nonsense"):
        call_command("mail", "preview", "nonsense", "--out", str(tmp_path))
    with pytest.raises(CommandError, match="no channel nowhere"):
        call_command("mail", "preview", "order_confirmed", "--channel", "nowhere", "--out", str(tmp_path))


def test_kinds_are_listed() -> None:
    out = StringIO()
    call_command("mail", "kinds", stdout=out)
    assert "order_confirmed" in out.getvalue()
