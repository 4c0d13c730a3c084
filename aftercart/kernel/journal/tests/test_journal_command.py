"""``aftercart journal``: the state of deliveries in words and in JSON, retry, replay."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from aftercart.kernel.journal import listening, standing
from aftercart.kernel.journal.listening import Recorded, on
from aftercart.kernel.journal.models import DeadLetter
from aftercart.kernel.journal.progress import ensure_listeners
from aftercart.kernel.journal.tests.cast import BellRang, ring
from aftercart.kernel.journal.tests.patience import settle

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("journal", *arguments, stdout=out)
    return out.getvalue()


def run_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


@pytest.fixture
def broken() -> str:
    """A listener that fails at the number 13."""

    @on(BellRang, name="test.picky")
    def picky(recorded: Recorded[BellRang]) -> None:
        if recorded.event.number == 13:
            raise ValueError("thirteen")

    ensure_listeners()
    return "test.picky"


def test_status_tells_what_waits_and_what_was_heard(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ring(12, 13)
    settle()
    (row,) = [row for row in run_json("status")["listeners"] if row["listener"] == broken]
    assert (row["listener"], row["heard"], row["waiting"], row["dead_letters"]) == (broken, 2, 0, 1)
    assert "2 heard, 0 waiting, 0 s behind, 1 dead letters" in run("status")
    monkeypatch.setattr(standing, "COUNT_UPTO", 2)
    run("replay", broken, "--from", "2020-01-01")
    assert "2+ waiting" in run("status")
    listening.registry.clear()
    assert "no longer in the code" in run("status")


def test_dead_letters_are_listed_and_retried(broken: str) -> None:
    assert run("dead") == "no dead letters\n"
    ring(13)
    settle()
    (letter,) = run_json("dead")
    assert (letter["event"], letter["error"], letter["attempts"]) == ("BellRang", "ValueError: thirteen", 1)
    assert "thirteen" in run("dead")
    assert run_json("retry", str(letter["id"])) == {"retried": 1}
    settle()
    assert DeadLetter.objects.get().attempts == 2
    assert run_json("retry", "all") == {"retried": 1}


def test_replay_tells_how_much_waits(broken: str) -> None:
    ring(1, 2, 3)
    settle()
    assert run_json("replay", broken, "--from", "2020-01-01") == {"waiting": 3}


@pytest.mark.parametrize(
    "arguments",
    [
        ("retry", "x"),
        ("retry", "999"),
        ("replay", "test.nobody", "--from", "2020-01-01"),
        ("replay", "test.picky", "--from", "yesterday"),
        (),
    ],
)
def test_wrong_words_are_refused(broken: str, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
