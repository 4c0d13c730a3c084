"""The five languages are complete, and the pages shoppers see are in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from aftercart.helpdesk.testing import make_question
from aftercart.orders.actions import fulfil_order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import make_order
from aftercart.tracking.actions import record_scan, register_parcel
from tools import messages

TELLTALE = {
    "pl": "Co jeszcze można zrobić",
    "ja": "今できること",
    "ru": "Что ещё можно сделать",
    "th": "สิ่งที่ยังทำได้",
}


def test_every_language_says_everything() -> None:
    assert list(messages.problems(messages.extract())) == []


def test_a_gap_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALES", tmp_path)
    template = messages.extract()
    messages.update(template)
    found = list(messages.problems(template))
    assert any(problem == "pl: 'Ask us' has no translation" for problem in found)
    assert not any(problem.startswith("en:") for problem in found)


@pytest.mark.django_db
@pytest.mark.parametrize("language", TELLTALE)
def test_the_order_page_is_in_the_shoppers_language(client: Client, language: str) -> None:
    order = make_order(language=language)
    fulfilment = fulfil_order(
        order_id=order.pk, key="f", actor="test", quantities_by_line={order.lines.all()[0].pk: 1}
    )
    parcel = register_parcel(order_id=order.pk, key="p", actor="test", carrier="DHL", fulfilment=fulfilment)
    record_scan(parcel_id=parcel.pk, status="in_transit", occurred_at=order.placed_at, actor="test")
    make_question(order=order)
    shown = client.get(order_page_path(order.pk)).content.decode()
    assert f'<html lang="{language}"' in shown
    assert TELLTALE[language] in shown
    for english in ("Ask us", "Order number", "What you ordered", "On its way", "Delivery address", "Send<"):
        assert english not in shown


@pytest.mark.django_db
@pytest.mark.parametrize("language", TELLTALE)
def test_the_look_up_is_in_the_visitors_language(client: Client, language: str) -> None:
    shown = client.get("/orders/find/", headers={"accept-language": language}).content.decode()
    assert "Find your order" not in shown
    refused = client.post(
        "/orders/find/", {"number": "1", "proof": "2"}, headers={"accept-language": language}
    )
    assert "We found no order" not in refused.content.decode()
