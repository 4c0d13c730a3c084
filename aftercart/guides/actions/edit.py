"""Writing a guide: its words in one language at a time, what it is about, and whether shoppers read it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify

from aftercart.catalog.models import Product
from aftercart.guides.events import GuideChanged
from aftercart.guides.files import drop, keep_picture
from aftercart.guides.models import Guide, GuideProduct, Part
from aftercart.guides.rules import WANTED, GuideRefused, may_publish, video_link
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish

LONGEST = 4000
NAMES = {
    "guide": ("title", "lead", "video"),
    Part.Kind.STEP: ("title", "body"),
    Part.Kind.ANSWER: WANTED["answer"],
    Part.Kind.DOWNLOAD: WANTED["download"],
}


def lock_guide(guide_id: int) -> Guide:
    """The guide, its row locked until the transaction ends.

    Raises:
        GuideRefused: when a colleague deleted it.
    """
    found = Guide.objects.select_for_update().filter(pk=guide_id).first()
    if found is None:
        raise GuideRefused("This guide is gone; somebody else deleted it.")
    return found


def touch(guide: Guide, what: str, actor: str, *fields: str) -> None:
    """Count a change of the guide and tell it."""
    guide.version += 1
    guide.updated_at = clock.now()
    guide.save(update_fields=["version", "updated_at", *fields])
    publish(GuideChanged(guide_id=guide.pk, what=what), actor=actor)


@transaction.atomic
def add_guide(*, title: str, language: str, product_ids: Collection[int], actor: str) -> Guide:
    """Begin a guide in one language.

    Raises:
        GuideRefused: when it has no title.
    """
    if not title.strip():
        raise GuideRefused("Give the guide a title.")
    now = clock.now()
    base = slugify(title)[:60] or "guide"
    taken = set(Guide.objects.filter(handle__startswith=base).values_list("handle", flat=True))
    guide = Guide.objects.create(
        handle=base if base not in taken else f"{base}-{secrets.token_hex(3)}",
        texts={language: {"title": title.strip()[:200]}},
        created_at=now,
        updated_at=now,
    )
    _set_products(guide, product_ids)
    Part.objects.create(guide=guide, kind=Part.Kind.STEP, position=1)
    publish(GuideChanged(guide_id=guide.pk, what="added"), actor=actor)
    return guide


@transaction.atomic
def save_guide(
    *,
    guide_id: int,
    language: str,
    words: Mapping[str, str],
    parts: Mapping[int, Mapping[str, str]],
    pictures: Mapping[int, UploadedFile[bytes]],
    product_ids: Collection[int] | None,
    seen_version: int,
    actor: str,
) -> Guide:
    """Save a guide's words in one language, new pictures of its steps, and what it is about.

    ``parts`` are the words of each part by its id. Parts that a colleague added meanwhile stay as they are.

    Raises:
        GuideRefused: when a colleague saved meanwhile, a link is none, or a picture cannot be read.
    """
    guide = lock_guide(guide_id)
    if guide.version != seen_version:
        raise GuideRefused(
            "Somebody else changed this guide while you did. Copy your words and open it anew."
        )
    clean = _clean(words, NAMES["guide"])
    clean["video"] = video_link(clean.get("video", ""))
    guide.texts = {**guide.texts, language: clean}
    changed = []
    for part in guide.parts.filter(pk__in=parts):
        part.texts = {**part.texts, language: _clean(parts[part.pk], NAMES[part.kind])}
        if part.pk in pictures:
            _replace_picture(part, pictures[part.pk])
        changed.append(part)
    Part.objects.bulk_update(changed, ["texts", "file", "width", "height"])
    if product_ids is not None:
        _set_products(guide, product_ids)
    touch(guide, "saved", actor, "texts")
    return guide


@transaction.atomic
def publish_guide(*, guide_id: int, is_published: bool, languages: Collection[str], actor: str) -> Guide:
    """Show a guide to shoppers, or take it back; asking twice changes nothing.

    Raises:
        GuideRefused: when no language is complete, or there is nothing to read.
    """
    guide = lock_guide(guide_id)
    if guide.is_published == is_published:
        return guide
    if is_published:
        things = [("guide", guide.texts), *((str(part.kind), part.texts) for part in guide.parts.all())]
        may_publish(things, languages)
    guide.status = Guide.Status.PUBLISHED if is_published else Guide.Status.DRAFT
    touch(guide, "published" if is_published else "withdrawn", actor, "status")
    return guide


@transaction.atomic
def delete_guide(*, guide_id: int, actor: str) -> None:
    """Delete a guide with its files and what shoppers said of it; a second time does nothing."""
    guide = Guide.objects.select_for_update().filter(pk=guide_id).first()
    if guide is None:
        return
    files = list(guide.parts.exclude(file="").values_list("file", flat=True))
    publish(GuideChanged(guide_id=guide.pk, what="deleted"), actor=actor)
    guide.delete()
    transaction.on_commit(lambda: drop(*files))


def _clean(words: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: words.get(name, "").replace("\r\n", "\n").strip()[:LONGEST] for name in names}


def _replace_picture(part: Part, file: UploadedFile[bytes]) -> None:
    old = part.file
    part.file, part.width, part.height = keep_picture(file)
    transaction.on_commit(lambda: drop(old))


def _set_products(guide: Guide, product_ids: Collection[int]) -> None:
    wanted = set(Product.objects.filter(pk__in=list(product_ids)).values_list("pk", flat=True))
    guide.about.exclude(product_id__in=wanted).delete()
    known = set(guide.about.values_list("product_id", flat=True))
    GuideProduct.objects.bulk_create(
        [GuideProduct(guide=guide, product_id=product_id) for product_id in sorted(wanted - known)],
        ignore_conflicts=True,
    )
