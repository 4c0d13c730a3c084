"""Guides are written, ordered and told of; what is posted twice happens once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from aftercart.guides import files
from aftercart.guides.actions import (
    add_part,
    delete_guide,
    forget_words,
    move_part,
    publish_guide,
    remove_part,
    save_guide,
    tell_outcome,
)
from aftercart.guides.models import Guide, Outcome, Part
from aftercart.guides.rules import GuideRefused
from aftercart.guides.testing import make_guide, make_product
from aftercart.kernel.journal.testing import published
from aftercart.kernel.uploads.testing import make_photo
from aftercart.orders.testing import make_order

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"


def save(guide: Guide, **changed: object) -> Guide:
    given: dict[str, object] = {
        "guide_id": guide.pk,
        "language": "en",
        "words": {"title": "Season your pan"},
        "parts": {},
        "pictures": {},
        "product_ids": None,
        "seen_version": guide.version,
        "actor": "test",
    }
    return save_guide(**(given | changed))  # type: ignore[arg-type]


def test_words_of_one_language_leave_the_others_alone() -> None:
    guide = make_guide(languages=("en", "pl"))
    save(guide, words={"title": "Season it", "lead": "Once, for years."})
    guide.refresh_from_db()
    assert guide.texts["en"]["title"] == "Season it"
    assert guide.texts["pl"]["title"] == "Zahartuj patelnię"
    assert [facts["what"] for facts in published("GuideChanged")][-1] == "saved"


def test_whoever_saves_over_a_colleague_is_told() -> None:
    guide = make_guide()
    save(guide, words={"title": "First"})
    with pytest.raises(GuideRefused, match="Somebody else changed"):
        save(guide, words={"title": "Second"})
    guide.refresh_from_db()
    assert guide.texts["en"]["title"] == "First"


def test_two_guides_of_one_title_have_addresses_of_their_own() -> None:
    product = make_product()
    assert make_guide(product=product).handle != make_guide(product=product).handle


def test_a_step_gets_a_picture_without_what_its_file_told() -> None:
    guide = make_guide()
    step = guide.parts.get(kind=Part.Kind.STEP)
    picture = SimpleUploadedFile("home.jpg", make_photo())
    save(guide, parts={step.pk: {"title": "Wash it"}}, pictures={step.pk: picture})
    step.refresh_from_db()
    assert step.width > 0
    assert files.read(step.file)[:3] == b"\xff\xd8\xff"
    assert b"Exif" not in files.read(step.file)


def test_a_picture_that_is_none_saves_nothing() -> None:
    guide = make_guide()
    step = guide.parts.get(kind=Part.Kind.STEP)
    bad = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>")
    with pytest.raises(GuideRefused):
        save(guide, words={"title": "Lost"}, parts={step.pk: {"title": "x"}}, pictures={step.pk: bad})
    guide.refresh_from_db()
    assert guide.texts["en"]["title"] == "Season your pan"


def test_parts_are_added_moved_and_removed() -> None:
    guide = make_guide()
    second = add_part(guide_id=guide.pk, kind=Part.Kind.STEP, actor="test")
    first = guide.parts.filter(kind=Part.Kind.STEP).first()
    assert first is not None
    move_part(guide_id=guide.pk, part_id=second.pk, by=-1, actor="test")
    assert list(guide.parts.filter(kind=Part.Kind.STEP).values_list("pk", flat=True)) == [second.pk, first.pk]
    remove_part(guide_id=guide.pk, part_id=second.pk, actor="test")
    with pytest.raises(GuideRefused, match="gone"):
        remove_part(guide_id=guide.pk, part_id=second.pk, actor="test")


def test_a_document_is_a_pdf() -> None:
    guide = make_guide()
    document = SimpleUploadedFile("../Care sheet.pdf", PDF)
    part = add_part(guide_id=guide.pk, kind=Part.Kind.DOWNLOAD, actor="test", file=document)
    assert (part.file_name, part.size) == ("Care_sheet.pdf", len(PDF))
    assert files.read(part.file) == PDF
    with pytest.raises(GuideRefused, match="PDF"):
        add_part(
            guide_id=guide.pk,
            kind=Part.Kind.DOWNLOAD,
            actor="test",
            file=SimpleUploadedFile("x.pdf", b"MZ evil"),
        )
    with pytest.raises(GuideRefused, match="Choose"):
        add_part(guide_id=guide.pk, kind=Part.Kind.DOWNLOAD, actor="test")


def test_publishing_twice_is_once() -> None:
    guide = make_guide(is_published=False)
    for _ in range(2):
        publish_guide(guide_id=guide.pk, is_published=True, languages=["en"], actor="test")
    assert [facts["what"] for facts in published("GuideChanged")].count("published") == 1


@pytest.mark.django_db(transaction=True)
def test_a_deleted_guide_takes_its_files_along() -> None:
    guide = make_guide()
    part = add_part(
        guide_id=guide.pk, kind=Part.Kind.DOWNLOAD, actor="test", file=SimpleUploadedFile("a.pdf", PDF)
    )
    for _ in range(2):
        delete_guide(guide_id=guide.pk, actor="test")
    assert not Guide.objects.exists()
    with pytest.raises(FileNotFoundError):
        files.read(part.file)


def test_what_worked_needs_no_words() -> None:
    guide, order = make_guide(), make_order()
    tell_outcome(
        guide_id=guide.pk, has_worked=True, key="k", language="en", actor="test", order=order, text="thanks"
    )
    assert Outcome.objects.get().text == ""
    assert len(published("GuideHelped")) == 1


def test_a_persons_words_are_forgotten_and_the_count_stays() -> None:
    guide, order = make_guide(), make_order()
    tell_outcome(
        guide_id=guide.pk, has_worked=False, key="k", language="en", actor="test", order=order, text="secret"
    )
    assert order.customer_id is not None
    assert forget_words(customer_id=order.customer_id) == 1
    outcome = Outcome.objects.get()
    assert (outcome.text, outcome.order, outcome.has_worked) == ("", None, False)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_answer_at_once_is_one() -> None:
    guide, order = make_guide(), make_order()

    def tell() -> None:
        tell_outcome(
            guide_id=guide.pk, has_worked=False, key="same", language="en", actor="t", order=order, text="No"
        )

    _at_once(tell, times=8)
    assert Outcome.objects.count() == 1
    assert len(published("GuideFailed")) == 1


def _at_once(work: Callable[[], None], *, times: int) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
