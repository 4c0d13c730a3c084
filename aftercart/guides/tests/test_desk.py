"""The editor saves with every button; who may not edit sees the preview; outsiders see nothing."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from aftercart.guides.actions import add_part, tell_outcome
from aftercart.guides.models import Guide, Part
from aftercart.guides.testing import make_guide, make_product
from aftercart.kernel.uploads.testing import make_photo
from aftercart.orders.testing import make_order
from aftercart.stores.models import Role
from aftercart.stores.testing import make_member, make_outsider, make_owner

pytestmark = pytest.mark.django_db


def client_of(role: str = Role.OWNER) -> Client:
    client = Client()
    client.force_login((make_owner() if role == Role.OWNER else make_member("Vera", role)).user)
    return client


def editor(guide: Guide, **posted: object) -> dict[str, object]:
    return {"version": guide.version, "guide-title": "Season your pan", **posted}


def test_mallory_finds_no_guides_on_the_desk() -> None:
    guide, product = make_guide(), make_product()
    mallory = Client()
    mallory.force_login(make_outsider())
    paths = ["/desk/guides/", f"/desk/guides/{guide.pk}/", f"/desk/guides/codes/{product.pk}/svg/"]
    assert [mallory.get(path).status_code for path in paths] == [404] * 3
    assert mallory.post(f"/desk/guides/{guide.pk}/deletion/").status_code == 404
    assert Guide.objects.count() == 1


def test_a_viewer_reads_and_changes_nothing() -> None:
    guide = make_guide()
    viewer = client_of(Role.VIEWER)
    assert f"/desk/guides/{guide.pk}/preview/" in viewer.get("/desk/guides/").content.decode()
    assert viewer.get(f"/desk/guides/{guide.pk}/preview/").status_code == 200
    for path in ("", "publication/", "deletion/"):
        assert viewer.post(f"/desk/guides/{guide.pk}/{path}").status_code == 404


def test_a_new_guide_is_written_and_published() -> None:
    owner, product = client_of(), make_product()
    made = owner.post("/desk/guides/new/", {"title": "Care", "language": "pl", "products": [product.pk]})
    guide = Guide.objects.get()
    assert made["Location"] == f"/desk/guides/{guide.pk}/?language=pl"
    refused = owner.post(f"/desk/guides/{guide.pk}/publication/", {"then": "publish"}, follow=True)
    assert "Finish one language first" in refused.content.decode()
    step = guide.parts.get()
    words = editor(guide, **{f"part-{step.pk}-title": "Umyj", "products": [product.pk]})
    owner.post(f"/desk/guides/{guide.pk}/?language=pl", words)
    owner.post(f"/desk/guides/{guide.pk}/publication/", {"then": "publish"})
    guide.refresh_from_db()
    assert guide.is_published
    assert guide.texts["pl"]["title"] == "Season your pan"
    assert [about.product for about in guide.about.all()] == [product]


def test_every_button_saves_the_words_first() -> None:
    guide, owner = make_guide(), client_of()
    step = guide.parts.get(kind=Part.Kind.STEP)
    owner.post(
        f"/desk/guides/{guide.pk}/", editor(guide, **{f"part-{step.pk}-title": "Rinse", "then": "add-step"})
    )
    step.refresh_from_db()
    assert step.texts["en"]["title"] == "Rinse"
    assert guide.parts.filter(kind=Part.Kind.STEP).count() == 2
    guide.refresh_from_db()
    second = guide.parts.filter(kind=Part.Kind.STEP).last()
    assert second is not None
    owner.post(f"/desk/guides/{guide.pk}/", editor(guide, then=f"up:{second.pk}"))
    assert guide.parts.filter(kind=Part.Kind.STEP).first() == second
    guide.refresh_from_db()
    owner.post(f"/desk/guides/{guide.pk}/", editor(guide, then=f"remove:{second.pk}"))
    assert not Part.objects.filter(pk=second.pk).exists()


def test_words_are_kept_on_the_page_when_they_cannot_be_saved() -> None:
    guide, owner = make_guide(), client_of()
    late = editor(guide, **{"guide-title": "Mine", "version": guide.version - 1})
    answer = owner.post(f"/desk/guides/{guide.pk}/", late)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else changed this guide" in page
    assert 'value="Mine"' in page
    bad = owner.post(f"/desk/guides/{guide.pk}/", editor(guide, **{"guide-video": "http://x"}))
    assert "begins with https://" in bad.content.decode()


def test_pictures_and_documents_come_with_the_form() -> None:
    guide, owner = make_guide(), client_of()
    step = guide.parts.get(kind=Part.Kind.STEP)
    posted = editor(
        guide,
        **{
            f"part-{step.pk}-title": "Wash",
            f"part-{step.pk}-picture": SimpleUploadedFile("a.jpg", make_photo()),
            "document": SimpleUploadedFile("b.pdf", b"%PDF-1.4"),
            "then": "add-download",
        },
    )
    owner.post(f"/desk/guides/{guide.pk}/", posted)
    step.refresh_from_db()
    assert owner.get(f"/guides/pictures/{step.file}").status_code == 200
    assert guide.parts.get(kind=Part.Kind.DOWNLOAD).file_name == "b.pdf"


def test_the_list_asks_a_fixed_number_of_questions(django_assert_max_num_queries: object) -> None:
    product, order = make_product(), make_order()
    for number in range(5):
        guide = make_guide(product=product)
        add_part(guide_id=guide.pk, kind=Part.Kind.STEP, actor="t")
        tell_outcome(
            guide_id=guide.pk, has_worked=number > 0, key=str(number), language="en", actor="t", order=order
        )
    owner = client_of()
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        page = owner.get("/desk/guides/").content.decode()
    assert page.count("row-link") == 5
    assert "100%" in page
    assert "Season your pan" in owner.get("/desk/guides/?q=iron").content.decode()
    assert "No guide like this" in owner.get("/desk/guides/?q=zzz").content.decode()


@pytest.mark.parametrize(
    ("kind", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("card-svg", b"<svg"), ("card-pdf", b"%PDF-")]
)
def test_a_code_can_be_printed(kind: str, begins: bytes) -> None:
    product, owner = make_product(), client_of()
    answer = owner.get(f"/desk/guides/codes/{product.pk}/{kind}/?language=ja")
    assert answer.content.startswith(begins)
    assert "attachment" in answer["Content-Disposition"]
    assert owner.get(f"/desk/guides/codes/{product.pk}/exe/").status_code == 404


def test_a_code_has_its_quiet_zone_and_names_the_product() -> None:
    product = make_product()
    owner = client_of()
    picture = Image.open(io.BytesIO(owner.get(f"/desk/guides/codes/{product.pk}/png/").content))
    assert all(picture.getpixel((x, y)) for x in range(picture.width) for y in range(60))
    assert f"/g/{product.pk}/" in owner.get(f"/desk/guides/codes/{product.pk}/").content.decode()
