"""``aftercart import``: words, exit codes, reports."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from aftercart.connectors.mapping.reading import read_mapping
from aftercart.connectors.models import Run, RunState
from aftercart.connectors.tests.samples import SHOP, write_shop
from aftercart.orders.models import Order
from aftercart.stores.models import Channel

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("import", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "shop.toml"
    path.write_text(SHOP, encoding="utf-8")
    return str(path)


def test_a_file_is_imported_and_the_report_printed(tmp_path: Path, mapping: str) -> None:
    path = str(write_shop(tmp_path / "files"))
    told = run("csv", path, "--mapping", mapping, "--channel", "Corner")
    assert "Orders: 3 added." in told
    assert "No row was rejected." in told
    assert Channel.objects.get(slug="corner").currency == "EUR"
    again = json.loads(run("csv", path, "--mapping", mapping, "--channel", "Corner", "--json"))
    assert (again["counts"]["orders_unchanged"], again["dry_run"]) == (3, False)


def test_a_dry_run_writes_nothing(tmp_path: Path, mapping: str) -> None:
    path = str(write_shop(tmp_path / "files"))
    report = json.loads(run("csv", path, "--mapping", mapping, "--dry-run", "--json"))
    assert report["counts"]["orders_added"] == 3
    assert not Order.objects.exists()
    assert not Run.objects.exists()
    assert not Channel.objects.exists()


def test_a_whole_folder_is_taken(tmp_path: Path, mapping: str) -> None:
    write_shop(tmp_path / "files")
    assert "3 added" in run("csv", str(tmp_path / "files"), "--mapping", mapping)


def test_wrong_words_are_2_and_say_what_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_shop(tmp_path / "files"))
    with pytest.raises(CommandError) as wrong:
        run("csv", path)
    assert wrong.value.returncode == 2
    start = str(wrong.value).partition("could be a start:")[2]
    assert read_mapping(start.strip()).of("line")
    with pytest.raises(CommandError) as wrong:
        run("shopify", path, "--mapping", "x.toml")
    assert wrong.value.returncode == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shopify", "{}/nowhere.csv"), "is not there"),
        (("shopify", "{}"), "is no file the mapping 'shopify' knows"),
        (("csv", "{}", "--mapping", "nothing"), "No mapping is named 'nothing'"),
        (("shopify", "{}", "--timezone", "Mars/Base"), "is not a time zone"),
        (("shopify", "{}", "--currency", "XXQ"), "is not an ISO 4217 currency"),
    ],
)
def test_what_cannot_be_done_is_1_with_a_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    path = str(write_shop(tmp_path / "files"))
    with pytest.raises(CommandError, match=said) as failed:
        run(*(word.format(path) for word in words))
    assert failed.value.returncode == 1
    assert not Run.objects.exclude(state=RunState.FAILED).exists()
