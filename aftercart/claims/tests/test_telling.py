"""What a claim sets going: mails in five languages, the API, and what privacy does with it."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from aftercart.claims.actions import decide_claim
from aftercart.claims.models import Claim
from aftercart.claims.testing import make_claim_on, make_delivered_order, make_policy
from aftercart.kernel.api.testing import ApiClient
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.privacy.erasing import ErasureHinderedError, erase_person
from aftercart.kernel.privacy.exporting import export_person
from aftercart.kernel.uploads.actions import add_photo
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.testing import make_photo
from aftercart.messaging.messages import LANGUAGES, registry
from aftercart.messaging.render import render_message
from aftercart.messaging.testing import deliver_messages, part
from aftercart.orders.models import Order
from aftercart.stores.testing import make_api_token, make_channel, make_merchant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_here")]
LISTENERS = ("claims.acknowledge", "claims.tell_decision")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["refund", "replacement", "declined"])
def test_decisions_are_told_in_every_language(language: str, outcome: str) -> None:
    make_merchant()
    context = registry["claim_decided"].sample(language) | {"outcome": outcome}
    mail = render_message("claim_decided", language, context)
    for words in (context["answer"], context["pieces"][0], context["claim_url"]):
        assert words in mail.text
    assert context["claim_url"] in mail.html
    for mark in ("[[", "{%", "{{"):
        assert mark not in mail.html + mail.text + mail.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["damaged", "missing", "wrong", "not_arrived"])
def test_a_receipt_says_what_was_reported(language: str, kind: str) -> None:
    make_merchant()
    context = registry["claim_received"].sample(language) | {"kind": kind}
    said = {
        render_message("claim_received", language, context | {"kind": other}).text for other in ("x", kind)
    }
    assert (len(said) == 1) is (kind == "not_arrived")


def test_a_report_that_waits_is_acknowledged_once_and_its_decision_told_once() -> None:
    claim = make_claim_on()
    for _ in range(2):
        hear_everything(*LISTENERS)
    (receipt,) = deliver_messages()
    assert receipt["to"] == "Sam Shopper <sam@shopper.example>"
    assert "The rim is chipped." in part(receipt, "plain")
    assert f"/problem/reports/{claim.pk}/" in part(receipt, "plain")
    decide_claim(claim_id=claim.pk, outcome="refund", words="Sorry!\n<b>Ben</b>", actor="staff:1")
    for _ in range(2):
        hear_everything(*LISTENERS)
    (told,) = deliver_messages()
    assert "You get €12.50 back" in str(told["subject"])
    assert "Sorry!<br>&lt;b&gt;Ben&lt;/b&gt;" in part(told, "html")


def test_what_the_policy_decides_is_told_by_one_mail() -> None:
    make_policy(("Again", {"version": 1, "all": []}, "replacement"))
    make_claim_on()
    hear_everything(*LISTENERS)
    (told,) = deliver_messages()
    assert "We send it again" in str(told["subject"])


def test_the_link_in_the_mail_opens_the_report(client: object) -> None:
    claim = make_claim_on()
    hear_everything(*LISTENERS)
    (receipt,) = deliver_messages()
    path = next(word for word in part(receipt, "plain").split() if "/problem/reports/" in word)
    answer = client.get("/" + path.split("/", 3)[3])  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert claim.text in answer.content.decode()


def photographed() -> tuple[Claim, Order]:
    order = make_delivered_order()
    draft = f"draft:order:{order.pk}:photographed"
    add_photo(file=make_photo((64, 64)), purpose="claims", subject=draft, customer_id=order.customer_id)
    return make_claim_on(order, photos_of=draft), order


def test_an_export_brings_words_decisions_and_photos() -> None:
    make_policy()
    claim, order = photographed()
    assert order.customer_id is not None
    exported = export_person(order.customer_id, actor="staff:1")
    with zipfile.ZipFile(BytesIO(exported.content)) as archive:
        (told,) = json.loads(archive.read("claims/problems.json"))
        assert (told["text"], told["kind"]) == (claim.text, "damaged")
        assert json.loads(archive.read("claims/decisions.json"))[0]["rule"] == "Small and shown"
        photo = archive.read(f"uploads/photos/{Upload.objects.get().name}.jpg")
    assert photo[:3] == b"\xff\xd8\xff"


@pytest.mark.django_db(transaction=True)
def test_an_erasure_takes_words_and_photos_and_waits_for_what_is_open(uploads_here: Path) -> None:
    claim, order = photographed()
    assert order.customer_id is not None
    with pytest.raises(ErasureHinderedError, match="not settled yet"):
        erase_person(order.customer_id, actor="staff:1")
    decide_claim(claim_id=claim.pk, outcome="declined", words="No, Sam.", note="Sam again", actor="staff:1")
    erase_person(order.customer_id, actor="staff:1")
    claim.refresh_from_db()
    last = claim.decisions.last()
    assert last is not None
    assert "Sam" not in claim.text + last.words + last.note
    assert "chipped" not in claim.text
    assert (claim.value_minor, claim.kind) == (1250, "damaged")
    assert list(uploads_here.rglob("*.jpg")) == []


def test_the_api_reads_problems_within_its_channel() -> None:
    claim, order = photographed()
    api = ApiClient(make_api_token("claims:read")[1])
    (told,) = api.get("/claims").json()["items"]
    assert (told["id"], told["number"], told["photos"], told["rule"]) == (claim.pk, order.number, 1, "")
    assert told["lines"][0]["title"] == "Oak spoon"
    assert api.get(f"/claims/{claim.pk}").json() == told
    assert api.get("/claims?kind=wrong").json()["items"] == []
    assert api.get(f"/claims?order_id={order.pk}&state=waiting").json()["items"] == [told]


def test_the_api_tells_mallory_nothing() -> None:
    claim, _ = photographed()
    elsewhere = ApiClient(make_api_token("claims:read", channel=make_channel("mallory"))[1])
    assert elsewhere.get(f"/claims/{claim.pk}").status_code == 404
    assert elsewhere.get("/claims").json()["items"] == []
    assert ApiClient(make_api_token("orders:read")[1]).get("/claims").status_code == 403
    assert ApiClient().get(f"/claims/{claim.pk}").status_code == 401
