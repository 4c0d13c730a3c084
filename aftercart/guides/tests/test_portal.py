"""What shoppers see of guides, by the code, by the address and from their order."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aftercart.guides.actions import add_part, publish_guide
from aftercart.guides.models import Outcome, Part
from aftercart.guides.testing import make_guide, make_product
from aftercart.orders.models import Order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import line, make_order
from aftercart.stores.testing import make_merchant

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n"


def order_with_pan() -> Order:
    return make_order(lines=(line("Iron pan", sku="PAN-1"),))


def text_of(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_code_leads_to_the_one_guide() -> None:
    product = make_product()
    guide = make_guide(product=product)
    answer = Client().get(f"/g/{product.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/guides/{guide.handle}/")


def test_the_code_offers_several_and_owns_up_to_none() -> None:
    make_merchant()
    product = make_product()
    assert "There is no guide for this yet" in text_of(Client(), f"/g/{product.pk}/")
    make_guide(product=product, is_published=False)
    assert "There is no guide for this yet" in text_of(Client(), f"/g/{product.pk}/")
    for _ in range(2):
        make_guide(product=product)
    assert text_of(Client(), f"/g/{product.pk}/").count("Season your pan") == 2
    assert Client().get("/g/999999/").status_code == 404


def test_a_guide_is_read_in_the_readers_language() -> None:
    guide = make_guide(languages=("en", "pl"))
    polish = text_of(Client(), f"/guides/{guide.handle}/", **{"accept-language": "pl"})
    assert "Zahartuj patelnię" in polish
    assert "Czy się udało?" in polish
    thai = text_of(Client(), f"/guides/{guide.handle}/", **{"accept-language": "th"})
    assert "Season your pan" in thai
    assert "คู่มือนี้ยังไม่มีในภาษาของคุณ" in thai


def test_a_guide_tells_machines_its_steps() -> None:
    guide = make_guide()
    page = text_of(Client(), f"/guides/{guide.handle}/")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    kinds = {thing["@type"] for thing in json.loads(found[1])["@graph"]}
    assert kinds == {"HowTo", "FAQPage"}


def test_a_draft_and_its_documents_are_nobodys() -> None:
    guide = make_guide()
    part = add_part(
        guide_id=guide.pk, kind=Part.Kind.DOWNLOAD, actor="t", file=SimpleUploadedFile("a.pdf", PDF)
    )
    answer = Client().get(f"/guides/downloads/{part.pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    publish_guide(guide_id=guide.pk, is_published=False, languages=[], actor="t")
    for path in (f"/guides/{guide.handle}/", f"/guides/downloads/{part.pk}/"):
        assert Client().get(path).status_code == 404
    assert Client().post(f"/guides/{guide.handle}/outcome/", {"worked": "yes", "key": "k"}).status_code == 404


def test_a_stranger_says_it_worked_once() -> None:
    guide = make_guide()
    for _ in range(2):
        answer = Client().post(f"/guides/{guide.handle}/outcome/", {"worked": "yes", "key": "abc"})
        assert answer.status_code == 302
    assert Outcome.objects.get().has_worked


def test_a_stranger_who_needs_help_is_led_to_their_order() -> None:
    guide = make_guide()
    client = Client()
    answer = client.post(f"/guides/{guide.handle}/outcome/", {"worked": "no", "key": "abc"})
    page = text_of(client, answer["Location"].partition("#")[0])
    assert "/orders/find/" in page
    assert not Outcome.objects.get().has_worked


def test_looking_changes_nothing() -> None:
    guide, order = make_guide(), order_with_pan()
    token = order_page_path(order.pk)
    for path in (f"/guides/{guide.handle}/?worked=no", f"{token}guides/{guide.handle}/?worked=yes"):
        Client().get(path)
    assert Client().get(f"/guides/{guide.handle}/outcome/").status_code == 405
    assert not Outcome.objects.exists()


def test_the_order_page_links_to_the_guides_of_what_was_ordered() -> None:
    guide = make_guide()
    other = make_guide(product=make_product("Apron", "APRON"))
    order = order_with_pan()
    page = text_of(Client(), order_page_path(order.pk))
    assert "How do I set it up?" in page
    assert f"guides/{guide.handle}/" in page
    assert f"guides/{other.handle}/" not in page


def test_help_from_an_order_takes_words_and_the_step() -> None:
    guide, order = make_guide(), order_with_pan()
    client, base = Client(), f"{order_page_path(order.pk)}guides/{guide.handle}/"
    assert "1. Wash it" in text_of(client, f"{base}?worked=no")
    empty = client.post(f"{base}outcome/", {"worked": "no", "key": "k", "text": " "})
    assert empty.status_code == 422
    assert "Write what happens first." in empty.content.decode()
    for _ in range(2):
        told = client.post(f"{base}outcome/", {"worked": "no", "key": "k", "step": "1", "text": "It smokes"})
        assert told.status_code == 302
    outcome = Outcome.objects.get()
    assert (outcome.text, outcome.step, outcome.order, outcome.trust) == ("It smokes", 1, order, "link")
    assert client.get(f"{base}outcome/").status_code == 302


def test_a_link_that_is_none_opens_no_guide_of_an_order() -> None:
    guide = make_guide()
    answer = Client().get(f"/o/nonsense/guides/{guide.handle}/")
    assert answer["Location"].startswith("/orders/find/")


def test_answers_are_rationed() -> None:
    guide = make_guide()
    client = Client()
    for number in range(40):
        client.post(f"/guides/{guide.handle}/outcome/", {"worked": "yes", "key": f"k{number}"})
    assert Outcome.objects.count() == 30
