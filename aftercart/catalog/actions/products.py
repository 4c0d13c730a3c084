"""The only writer of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from aftercart.catalog.events import ProductAdded, ProductChanged
from aftercart.catalog.models import Product, Variant
from aftercart.kernel import clock
from aftercart.kernel.journal.publish import publish


@dataclass(frozen=True, kw_only=True)
class VariantDraft:
    """A variant to be saved; amounts in minor units of ``currency``."""

    sku: str
    title: str = ""
    options: dict[str, str] = field(default_factory=dict)
    barcode: str = ""
    price_minor: int | None = None
    compare_at_minor: int | None = None
    currency: str = ""
    image_url: str = ""
    weight_g: int | None = None


@transaction.atomic
def save_product(
    *, handle: str, values: dict[str, Any], variants: list[VariantDraft], actor: str
) -> tuple[Product, bool]:
    """Add the product with this handle or bring it up to date; tells whether it is new.

    ``values`` are fields of :class:`Product`. Variants are matched by SKU; those not named stay.
    Saving the same again changes nothing and tells nothing.
    """
    now = clock.now()
    product, is_new = Product.objects.select_for_update().get_or_create(
        handle=handle, defaults={**values, "created_at": now, "updated_at": now}
    )
    changed = [] if is_new else [name for name, value in values.items() if getattr(product, name) != value]
    if changed:
        for name in changed:
            setattr(product, name, values[name])
        product.updated_at = now
        product.save(update_fields=[*changed, "updated_at"])
    if _save_variants(product, variants):
        changed.append("variants")
    if is_new:
        publish(ProductAdded(product_id=product.pk), actor=actor)
    elif changed:
        publish(ProductChanged(product_id=product.pk, fields=tuple(changed)), actor=actor)
    return product, is_new


def _save_variants(product: Product, drafts: list[VariantDraft]) -> bool:
    known = {variant.sku: variant for variant in product.variants.all()}
    has_changed = False
    for position, draft in enumerate(drafts):
        values = {**draft.__dict__, "position": position}
        variant = known.get(draft.sku)
        if variant is None:
            Variant.objects.update_or_create(sku=draft.sku, defaults={**values, "product": product})
            has_changed = True
        elif any(getattr(variant, name) != value for name, value in values.items()):
            Variant.objects.filter(pk=variant.pk).update(**values)
            has_changed = True
    return has_changed
