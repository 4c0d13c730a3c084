"""Factories for tests: a guide with steps, an answer and a product."""

from __future__ import annotations

from aftercart.catalog.actions import VariantDraft, save_product
from aftercart.catalog.models import Product
from aftercart.guides.actions import add_guide, add_part, publish_guide, save_guide
from aftercart.guides.models import Guide, Part

WORDS = {
    "en": ("Season your pan", "Wash it", "With warm water, no soap.", "May it go in the dishwasher?", "No."),
    "pl": ("Zahartuj patelnię", "Umyj ją", "Ciepłą wodą, bez płynu.", "Czy można myć w zmywarce?", "Nie."),
}


def make_product(title: str = "Iron pan", sku: str = "PAN-1") -> Product:
    """A product with one variant."""
    return save_product(
        handle=sku.lower(), values={"title": title}, variants=[VariantDraft(sku=sku)], actor="test"
    )[0]


def make_guide(
    *, product: Product | None = None, languages: tuple[str, ...] = ("en",), is_published: bool = True
) -> Guide:
    """A guide about the product: one step, one answer."""
    guide = add_guide(
        title="Season your pan",
        language="en",
        product_ids=[(product or make_product()).pk],
        actor="test",
    )
    add_part(guide_id=guide.pk, kind=Part.Kind.ANSWER, actor="test")
    step, answer = guide.parts.all()
    for language in languages:
        title, do, how, asked, told = WORDS[language]
        guide.refresh_from_db()
        save_guide(
            guide_id=guide.pk,
            language=language,
            words={"title": title},
            parts={step.pk: {"title": do, "body": how}, answer.pk: {"question": asked, "answer": told}},
            pictures={},
            product_ids=None,
            seen_version=guide.version,
            actor="test",
        )
    if is_published:
        publish_guide(guide_id=guide.pk, is_published=True, languages=languages, actor="test")
    guide.refresh_from_db()
    return guide
