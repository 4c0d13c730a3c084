"""``aftercart outbox``."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.testing import make_mail

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("outbox", *words, stdout=out)
    return out.getvalue()


def test_status_and_retry() -> None:
    dead = make_mail(key="order-confirmed:7")
    make_mail(key="order-confirmed:8")
    Effect.objects.filter(pk=dead.pk).update(state="dead", last_error="550 no such user")
    status: dict[str, Any] = json.loads(run("status", "--json"))
    assert status["states"]["dead"] == 1
    assert status["states"]["pending"] == 1
    assert status["troubles"][0]["error"] == "550 no such user"
    assert "order-confirmed:7" in run("status")
    assert json.loads(run("retry", "--json")) == {"retried": 1}
    assert Effect.objects.counts()["pending"] == 2


def test_the_desks_list() -> None:
    dead = make_mail(key="order-confirmed:7")
    make_mail(key="newsletter:1", purpose="marketing")
    Effect.objects.filter(pk=dead.pk).update(state="dead", last_error="550 no such user")
    assert [e.key for e in Effect.objects.listed()] == ["newsletter:1", "order-confirmed:7"]
    assert [e.key for e in Effect.objects.listed(state="dead", kind="email")] == ["order-confirmed:7"]
    assert [e.key for e in Effect.objects.listed(text="NO SUCH")] == ["order-confirmed:7"]
    assert [e.key for e in Effect.objects.listed(purpose="marketing")] == ["newsletter:1"]


def test_one_by_its_id() -> None:
    effect = make_mail()
    Effect.objects.update(state="unclear")
    run("retry", str(effect.pk))
    effect.refresh_from_db()
    assert effect.state == "pending"
    with pytest.raises(CommandError, match="waiting"):
        run("retry", str(effect.pk))
    with pytest.raises(CommandError):
        run("retry", "999999")
