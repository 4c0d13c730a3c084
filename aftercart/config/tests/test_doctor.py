"""The doctor says what is wrong, and what to do."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from aftercart.config.doctor import examine
from aftercart.config.env import Mail
from aftercart.kernel import clock
from aftercart.kernel.work.models import Worker

pytestmark = pytest.mark.django_db


def found(what: str) -> tuple[str, str]:
    finding = next(finding for finding in examine() if finding.what == what)
    return finding.level, finding.sentence


def test_a_fresh_shop_has_no_worker_and_says_how_to_start_one() -> None:
    level, sentence = found("worker")
    assert (level, "aftercart work" in sentence) == ("warning", True)
    assert found("schema")[0] == "ok"


def test_a_silent_worker_is_a_problem() -> None:
    now = clock.now()
    values = {"worker": "w", "host": "h", "pid": 1, "started_at": now, "seen_at": now - timedelta(hours=1)}
    known = {field.name for field in Worker._meta.get_fields()}
    Worker.objects.create(**{name: value for name, value in values.items() if name in known})
    assert found("worker")[0] == "problem"


def test_a_mail_server_that_does_not_answer_is_named(settings: object) -> None:
    settings.MAIL = Mail(transport="smtp", host="127.0.0.1", port=1)  # type: ignore[attr-defined]
    level, sentence = found("mail")
    assert level == "problem"
    assert "127.0.0.1:1" in sentence


def test_a_public_address_without_tls_is_a_problem(settings: object) -> None:
    settings.BASE_URL, settings.IS_HTTPS = "http://shop.example", False  # type: ignore[attr-defined]
    assert found("address")[0] == "problem"


def test_the_command_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor", "--json")
    levels = {finding["level"] for finding in json.loads(capsys.readouterr().out)}
    assert levels <= {"ok", "warning"}
