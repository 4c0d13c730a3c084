"""The shopper's doors: a report from the order's link, photos added and taken away, and nobody else's."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from aftercart.claims.models import Claim
from aftercart.claims.portal import MOST_PHOTOS
from aftercart.claims.testing import deliver, make_claim_on, make_delivered_order, make_policy
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.links.signing import make_link
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.testing import make_photo
from aftercart.orders.models import Order
from aftercart.orders.permissions import order_page_path
from aftercart.orders.testing import line, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_here")]
KEY = "a-key-of-the-form"
GPS = 0x8825


def problem(order: Order, rest: str = "") -> str:
    return f"{order_page_path(order.pk)}problem/{rest}"


def photo(
    name: str = "photo.jpg", content: bytes | None = None, colour: str = "#884422"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or make_photo((64, 64), colour=colour), "image/jpeg")


def filled(order: Order, **values: Any) -> dict[str, Any]:
    last = order.lines.last()
    assert last is not None
    return {"key": KEY, "text": "The rim is chipped.", f"line-{last.pk}": "1"} | values


def test_the_order_page_offers_it_once_something_has_left(client: Client) -> None:
    waiting, came = make_order(), make_delivered_order()
    assert "problem/" not in client.get(order_page_path(waiting.pk)).content.decode()
    page = client.get(order_page_path(came.pk)).content.decode()
    assert "Report a problem" in page
    assert "/problem/" in page


def test_nothing_sent_nothing_to_report(client: Client) -> None:
    order = make_order()
    assert "Nothing has been sent yet" in client.get(problem(order)).content.decode()
    assert client.get(problem(order, "damaged/")).status_code == 302
    assert client.post(problem(order, "damaged/"), filled(order)).status_code == 302
    assert not Claim.objects.exists()


@pytest.mark.parametrize("kind", ["exploded", "reports", "DAMAGED"])
def test_a_kind_that_does_not_exist_leads_to_those_that_do(client: Client, kind: str) -> None:
    order = make_delivered_order()
    answer = client.get(problem(order, f"{kind}/"))
    assert answer.status_code == 302
    assert answer["Location"].endswith("/problem/")


def test_looking_changes_nothing(client: Client) -> None:
    order = make_delivered_order()
    before = (Claim.objects.count(), Upload.objects.count(), Entry.objects.count())
    for rest in ("", "damaged/", "missing/", "wrong/", "not_arrived/"):
        assert client.get(problem(order, rest)).status_code == 200, rest
    assert (Claim.objects.count(), Upload.objects.count(), Entry.objects.count()) == before


def test_a_report_with_a_photo_reaches_a_person(client: Client) -> None:
    order = make_delivered_order()
    answer = client.post(problem(order, "damaged/"), filled(order, photos=photo()), follow=True)
    page = answer.content.decode()
    claim = Claim.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"/problem/reports/{claim.pk}/")
    assert (claim.kind, claim.text, claim.photos, claim.trust) == (
        "damaged",
        "The rim is chipped.",
        1,
        "link",
    )
    for words in ("We have your report", "A person looks at it", "1 × Oak spoon", "The rim is chipped."):
        assert words in page
    assert "<img" in page


def test_the_policy_answers_on_the_same_page(client: Client) -> None:
    make_policy()
    order = make_delivered_order()
    answer = client.post(problem(order, "damaged/"), filled(order, photos=photo()), follow=True)
    page = answer.content.decode()
    assert "You get €12.50 back." in page
    assert "Refund agreed" in page


def test_photos_are_added_and_taken_away_without_scripts(client: Client) -> None:
    order = make_delivered_order()
    path = problem(order, "damaged/")
    page = client.post(path, filled(order, photos=[photo(), photo(colour="#00ff00")], add="1"))
    assert page.status_code == 200
    assert not Claim.objects.exists()
    first, second = Upload.objects.all()
    text = page.content.decode()
    assert text.count("Remove") == 2
    assert "The rim is chipped." in text, "what was written stays"
    assert "4 more photos fit" in text
    assert "error-summary" not in text
    page = client.post(path, filled(order, remove=first.name))
    assert page.content.decode().count("Remove") == 1
    client.post(path, filled(order))
    assert list(Upload.objects.values_list("pk", "subject")) == [
        (second.pk, f"claim:{Claim.objects.get().pk}")
    ]


def test_a_file_that_is_none_is_refused_in_words_and_the_rest_stays(client: Client) -> None:
    order = make_delivered_order()
    script = SimpleUploadedFile("holiday.jpg", b"<svg onload='alert(1)'/>", "image/jpeg")
    page = client.post(problem(order, "damaged/"), filled(order, photos=[photo(), script]))
    assert page.status_code == 422
    text = page.content.decode()
    assert "holiday.jpg: This is not a photo we can read." in text
    assert "The rim is chipped." in text
    assert Upload.objects.count() == 1
    assert not Claim.objects.exists()


def test_a_hostile_file_name_is_shown_as_text(client: Client) -> None:
    order = make_delivered_order()
    named = SimpleUploadedFile("<img src=x onerror=alert(1)>.jpg", b"nothing", "image/jpeg")
    text = client.post(problem(order, "damaged/"), filled(order, photos=named)).content.decode()
    assert "<img src=x" not in text


def test_six_photos_fit(client: Client) -> None:
    order = make_delivered_order()
    many = [photo(colour=f"#{number}0{number}0{number}0") for number in range(1, 9)]
    page = client.post(problem(order, "damaged/"), filled(order, photos=many, add="1"))
    assert "At most 6 photos fit." in page.content.decode()
    assert Upload.objects.count() == MOST_PHOTOS


def test_the_place_in_a_photo_is_gone_when_it_is_shown(client: Client) -> None:
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    order = make_delivered_order()
    sent = photo(content=make_photo((300, 200), exif=exif))
    page = client.post(problem(order, "damaged/"), filled(order, photos=sent), follow=True)
    found = re.search(r'<a href="([^"]+/photos/[^"]+)"><img', page.content.decode())
    assert found is not None
    answer = client.get(found[1])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert dict(Image.open(io.BytesIO(answer.content)).getexif()) == {}


def test_a_double_post_and_a_second_form_lead_to_the_same_report(client: Client) -> None:
    order = make_delivered_order()
    answers = [
        client.post(problem(order, "damaged/"), filled(order, photos=photo(), **again))
        for again in ({}, {}, {"key": "another-tab-of-it"})
    ]
    places = {answer["Location"].partition("/problem/")[2] for answer in answers}
    assert len(places) == 1
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": ""}, "Write a sentence about it."),
        ({"text": "x" * 4001}, "at most 4000 characters fit"),
        ({"text": "   "}, "Write a sentence about it."),
    ],
)
def test_what_is_missing_is_said(client: Client, values: dict[str, str], words: str) -> None:
    order = make_delivered_order()
    page = client.post(problem(order, "damaged/"), filled(order, **values))
    assert (page.status_code, words in page.content.decode()) == (422, True)
    assert not Claim.objects.exists()


def test_nothing_chosen_is_said(client: Client) -> None:
    order = make_delivered_order()
    page = client.post(problem(order, "missing/"), {"key": KEY, "text": ""})
    assert "Choose what the problem is with." in page.content.decode()
    assert page.status_code == 422


@pytest.mark.parametrize("key", ["", "short", "../../x" * 3, "k" * 41, "a key with blanks"])
def test_a_key_that_is_none_of_ours_is_no_form(client: Client, key: str) -> None:
    order = make_delivered_order()
    assert client.post(problem(order, "damaged/"), filled(order, key=key, photos=photo())).status_code == 404
    assert (Claim.objects.count(), Upload.objects.count()) == (0, 0)


@pytest.mark.parametrize("quantity", ["3", "-1", "x", "99999999999999999999"])
def test_more_than_was_sent_is_refused(client: Client, quantity: str) -> None:
    order = make_delivered_order()
    last = order.lines.last()
    assert last is not None
    page = client.post(problem(order, "damaged/"), filled(order, **{f"line-{last.pk}": quantity}))
    assert page.status_code == 422
    assert not Claim.objects.exists()


def test_another_orders_line_is_not_in_the_form(client: Client) -> None:
    order, other = make_delivered_order(), make_delivered_order()
    theirs = other.lines.first()
    assert theirs is not None
    page = client.post(problem(order, "missing/"), {"key": KEY, f"line-{theirs.pk}": "1"})
    assert page.status_code == 422
    assert not Claim.objects.exists()


def test_not_arrived_shows_what_the_carrier_said_and_asks_to_look_first(client: Client) -> None:
    order = make_delivered_order(days_ago=0.5, place="Berlin, porch")
    parcel = order.parcels.get()
    page = client.get(problem(order, "not_arrived/")).content.decode()
    for words in ("DHL says: delivered", "Berlin, porch", "with a neighbour", "It may still come"):
        assert words in page, words
    values = {"key": KEY, "parcel": str(parcel.pk), "text": ""}
    refused = client.post(problem(order, "not_arrived/"), values)
    assert (refused.status_code, "Please look there first" in refused.content.decode()) == (422, True)
    client.post(problem(order, "not_arrived/"), values | {"looked": "on"})
    claim = Claim.objects.get()
    assert (claim.kind, claim.parcel, claim.value_minor) == ("not_arrived", parcel, 7400)


def test_a_parcel_of_long_ago_is_not_said_to_be_still_coming(client: Client) -> None:
    page = client.get(problem(make_delivered_order(days_ago=5), "not_arrived/")).content.decode()
    assert "It may still come" not in page


def test_only_the_parcel_that_is_missing_is_claimed(client: Client) -> None:
    order = make_order(lines=(line("Cup"), line("Plate", 2)))
    cup, plate = order.lines.all()
    deliver(order, lines={cup.pk: 1})
    second = deliver(order, lines={plate.pk: 2})
    values = {"key": KEY, "parcel": str(second.pk), "looked": "on"}
    client.post(problem(order, "not_arrived/"), values)
    assert list(Claim.objects.get().lines.values_list("line_id", "quantity")) == [(plate.pk, 2)]


def test_reports_are_listed_with_where_they_stand(client: Client) -> None:
    order = make_delivered_order()
    make_claim_on(order)
    for path in (problem(order), order_page_path(order.pk)):
        page = client.get(path).content.decode()
        assert "Something is damaged" in page
        assert "We are looking at it" in page


def test_mallory_gets_nothing_of_another_order(client: Client) -> None:
    """Her own order's link opens neither Sam's reports nor his photos, kept or still in the form."""
    sam, mallory = make_delivered_order(), make_delivered_order(email="mallory@elsewhere.example")
    client.post(problem(sam, "damaged/"), filled(sam, photos=photo()))
    client.post(problem(sam, "wrong/"), filled(sam, key="another-draft", photos=photo(), add="1"))
    claim = Claim.objects.get()
    kept, draft = Upload.objects.order_by("-kept_at")
    for upload in (kept, draft):
        assert client.get(problem(sam, f"photos/{upload.name}/")).status_code == 200
        assert client.get(problem(mallory, f"photos/{upload.name}/")).status_code == 404
    assert client.get(problem(mallory, f"reports/{claim.pk}/")).status_code == 404
    assert client.get(problem(mallory, "photos/nothing/")).status_code == 404
    client.post(problem(mallory, "damaged/"), filled(mallory, remove=draft.name, key="another-draft"))
    assert Upload.objects.count() == 2, "her form cannot take away his photo"


def test_a_look_up_reads_what_was_reported_in_its_own_visit(client: Client) -> None:
    """Number and postcode stand on the label: a neighbour with them sees neither Sam's words nor his photos."""
    order = make_delivered_order()
    client.post(problem(order, "damaged/"), filled(order, photos=photo()))
    sams, sams_photo = Claim.objects.get(), Upload.objects.get()
    neighbour = f"{order_page_path(order.pk, trust='lookup')}problem/"
    page = client.get(neighbour).content.decode()
    assert "What you have reported" not in page
    assert client.get(f"{neighbour}reports/{sams.pk}/").status_code == 404
    assert client.get(f"{neighbour}photos/{sams_photo.name}/").status_code == 404
    refused = client.post(f"{neighbour}damaged/", filled(order, key="from-next-door"))
    assert (refused.status_code, "reported already" in refused.content.decode()) == (409, True)
    made = client.post(f"{neighbour}wrong/", filled(order, key="from-next-door", photos=photo()))
    own = Claim.objects.latest("pk")
    assert (own.kind, own.trust, len(own.visit)) == ("wrong", "lookup", 64)
    assert client.get(made["Location"]).status_code == 200
    later = make_link("order-page", {"o": order.pk, "t": "lookup"}, expires_in=timedelta(hours=3))
    assert client.get(f"/o/{later}/problem/").status_code == 200
    assert client.get(f"/o/{later}/problem/reports/{own.pk}/").status_code == 404


@pytest.mark.parametrize("rest", ["", "damaged/", "reports/1/", "photos/x/"])
def test_a_link_that_is_none_leads_to_the_look_up(client: Client, rest: str) -> None:
    answer = client.get(f"/o/nonsense/problem/{rest}")
    assert (answer.status_code, answer["Location"]) == (302, "/orders/find/?link=gone")
    assert client.post(f"/o/nonsense/problem/{rest}", {"key": KEY}).status_code in {302, 405}


def test_pages_are_kept_by_nobody(client: Client) -> None:
    order = make_delivered_order()
    claim = make_claim_on(order)
    for rest in ("", "damaged/", f"reports/{claim.pk}/"):
        answer = client.get(problem(order, rest))
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", "Coś jest uszkodzone"),
        ("ja", "商品が破損している"),
        ("ru", "Что-то повреждено"),
        ("th", "สินค้าเสียหาย"),
    ],
)
def test_it_speaks_the_orders_language(client: Client, language: str, words: str) -> None:
    order = make_delivered_order(language=language)
    with translation.override("en"), timezone.override("UTC"):
        assert words in client.get(problem(order)).content.decode()
        claim = make_claim_on(order, language=language)
        assert words in client.get(problem(order, f"reports/{claim.pk}/")).content.decode()


def test_queries_do_not_grow_with_lines(client: Client, django_assert_max_num_queries: Any) -> None:
    order = make_delivered_order(lines=tuple(line(f"Cup {number}") for number in range(12)))
    with django_assert_max_num_queries(12):
        client.get(problem(order, "damaged/"))
    with django_assert_max_num_queries(12):
        client.get(problem(order, "not_arrived/"))


def test_files_are_in_the_folder_of_uploads_only(client: Client, uploads_here: Path) -> None:
    order = make_delivered_order()
    client.post(problem(order, "damaged/"), filled(order, photos=photo("../../up.jpg")))
    assert len(list(uploads_here.rglob("*.jpg"))) == 2
