"""Products and variants of an import into the catalogue."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aftercart.catalog.events import ProductAdded, ProductChanged
from aftercart.catalog.models import Product, Variant
from aftercart.connectors.models import Run
from aftercart.connectors.staging.stage import Stage
from aftercart.kernel.journal.publish import Happening, publish_all

BATCH = 1_000
FIELDS = ("title", "description", "vendor", "kind", "tags", "status", "image_url")


@dataclass(kw_only=True)
class Drafted:
    """A product as staged, with its variants as columns of :class:`Variant`."""

    key: str
    handle: str
    values: dict[str, Any]
    created_at: datetime | None
    variants: list[dict[str, Any]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Tells whether the files say something else than last time."""
        content = json.dumps([self.values, self.variants], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def write_products(stage: Stage, run: Run, step: int, now: datetime, currency: str) -> dict[str, int]:
    """Add or update the products of one step. Must run in a transaction.

    A product is known by its id in the files, else by its handle; a variant by its SKU.
    """
    drafts = _read(stage, step, currency)
    held = _find(drafts, run)
    new = [draft for draft in drafts if draft.key not in held]
    products = Product.objects.bulk_create(_products(new, run, now), batch_size=500)
    changed = [(held[d.key], d) for d in drafts if d.key in held and held[d.key].import_digest != d.digest]
    for product, draft in changed:
        for name, value in {**draft.values, "import_digest": draft.digest, "updated_at": now}.items():
            setattr(product, name, value)
    Product.objects.bulk_update(
        [product for product, _ in changed], [*FIELDS, "import_digest", "updated_at"], batch_size=200
    )
    _variants([*zip(products, new, strict=True), *changed], run)
    _tell(run, products, [product for product, _ in changed])
    return {"products_added": len(new), "products_changed": len(changed)}


def remember_variants(stage: Stage) -> None:
    """Make ``variant_id``: the variant of every SKU in the shop, for lines to name."""
    stage.con.execute("CREATE OR REPLACE TABLE variant_id (sku VARCHAR, id BIGINT)")
    rows = Variant.objects.values_list("sku", "id").iterator(chunk_size=20_000)
    skus: list[str] = []
    ids: list[int] = []
    for sku, pk in rows:
        skus.append(sku)
        ids.append(pk)
    stage.con.execute(
        "INSERT INTO variant_id SELECT unnest($skus::VARCHAR[]), unnest($ids::BIGINT[])",
        {"skus": skus, "ids": ids},
    )


def _source(run: Run) -> str:
    return f"{run.format}:{run.channel_id}"[:60]


def _read(stage: Stage, step: int, currency: str) -> list[Drafted]:
    within = [step * BATCH, (step + 1) * BATCH]
    drafts = {
        row[0]: Drafted(
            key=row[1],
            handle=row[2],
            values=dict(zip(FIELDS, [*row[3:7], json.loads(row[7]), *row[8:10]], strict=True)),
            created_at=row[10].replace(tzinfo=UTC) if row[10] else None,
        )
        for row in stage.con.execute(
            "SELECT nr, key, handle, title, description, vendor, kind, tags, status, image_url, created_at "
            "FROM f_product WHERE nr > ? AND nr <= ? ORDER BY nr",
            within,
        ).fetchall()
    }
    rows = stage.con.execute(
        'SELECT nr, sku, title, barcode, price_minor, compare_at_minor, weight_g, image_url, names, "values" '
        "FROM f_variant WHERE nr > ? AND nr <= ? ORDER BY nr, _file, _row",
        within,
    ).fetchall()
    for nr, sku, title, barcode, price, compare_at, weight_g, image_url, names, values in rows:
        drafts[nr].variants.append(
            {
                "sku": sku,
                "title": title,
                "barcode": barcode,
                "price_minor": price,
                "compare_at_minor": compare_at,
                "currency": currency if price is not None else "",
                "weight_g": weight_g,
                "image_url": image_url,
                "options": {n: v for n, v in zip(names, values, strict=True) if n and v},
                "position": len(drafts[nr].variants),
            }
        )
    return list(drafts.values())


def _find(drafts: list[Drafted], run: Run) -> dict[str, Product]:
    keys = [draft.key for draft in drafts]
    own = {p.external_id or "": p for p in Product.objects.filter(source=_source(run), external_id__in=keys)}
    missing = {draft.handle: draft.key for draft in drafts if draft.key not in own}
    alike = Product.objects.filter(handle__in=missing, external_id__isnull=True)
    return own | {missing[product.handle]: product for product in alike}


def _products(drafts: list[Drafted], run: Run, now: datetime) -> list[Product]:
    taken = set(
        Product.objects.filter(handle__in=[d.handle for d in drafts]).values_list("handle", flat=True)
    )
    return [
        Product(
            handle=_free(draft, run, taken),
            source=_source(run),
            external_id=draft.key,
            import_id=run.pk,
            import_digest=draft.digest,
            created_at=draft.created_at or now,
            updated_at=now,
            **draft.values,
        )
        for draft in drafts
    ]


def _free(draft: Drafted, run: Run, taken: set[str]) -> str:
    if draft.handle not in taken:
        return draft.handle
    mark = hashlib.sha256(f"{_source(run)}:{draft.key}".encode()).hexdigest()[:8]
    return f"{draft.handle}-{mark}"


def _variants(pairs: list[tuple[Product, Drafted]], run: Run) -> None:
    """Add and update by SKU; one that belongs to another product stays there."""
    wanted = {values["sku"]: (product, values) for product, draft in pairs for values in draft.variants}
    known = {variant.sku: variant for variant in Variant.objects.filter(sku__in=wanted)}
    Variant.objects.bulk_create(
        [
            Variant(product=product, import_id=run.pk, **values)
            for sku, (product, values) in wanted.items()
            if sku not in known
        ],
        batch_size=500,
    )
    changed = []
    for sku, variant in known.items():
        product, values = wanted[sku]
        if variant.product_id == product.pk and any(getattr(variant, n) != v for n, v in values.items()):
            for name, value in values.items():
                setattr(variant, name, value)
            changed.append(variant)
    names = [
        "title",
        "barcode",
        "price_minor",
        "compare_at_minor",
        "currency",
        "weight_g",
        "image_url",
        "options",
    ]
    Variant.objects.bulk_update(changed, [*names, "position"], batch_size=200)


def _tell(run: Run, added: list[Product], changed: list[Product]) -> None:
    told = [
        (ProductAdded(product_id=product.pk), f"product-added:{product.pk}", product.created_at)
        for product in added
    ]
    happenings = [
        Happening(
            event=event, actor=run.source, source=run.source, is_history=True, dedupe_key=key, occurred_at=at
        )
        for event, key, at in told
    ]
    happenings += [
        Happening(
            event=ProductChanged(product_id=product.pk, fields=("import",)),
            actor=run.source,
            source=run.source,
            is_history=True,
            dedupe_key=f"product-changed:{product.pk}:{run.pk}",
        )
        for product in changed
    ]
    publish_all(happenings)
