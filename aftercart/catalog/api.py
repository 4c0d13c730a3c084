"""Products over the API."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from aftercart.catalog.actions import VariantDraft, save_product
from aftercart.catalog.models import Product, Variant
from aftercart.kernel.api.cursors import Cursor, Limit, Page, page_of
from aftercart.kernel.api.idempotency import once
from aftercart.kernel.api.problems import Problem
from aftercart.kernel.api.types import Body, Currency, Line, Long, Minor, Short, Stamp
from aftercart.stores.tokens import need

router = Router(tags=["Products"])
HANDLE = r"[\w][\w.-]*"


class VariantShown(Schema):
    """A buyable form of a product."""

    id: int
    sku: str
    title: str
    options: dict[str, str]
    barcode: str
    price_minor: int | None
    compare_at_minor: int | None
    currency: str
    image_url: str


class ProductShown(Schema):
    """A product with its variants."""

    handle: str
    title: str
    description: str
    vendor: str
    kind: str
    tags: list[str]
    status: str
    image_url: str
    titles: dict[str, str]
    variants: list[VariantShown]
    created_at: Stamp
    updated_at: Stamp


class ProductPage(Page):
    """A page of products."""

    items: list[ProductShown]


class VariantBody(Body):
    """A variant to be saved, matched by its SKU."""

    sku: Annotated[Short, Field(min_length=1)]
    title: Short = ""
    options: dict[Short, Short] = Field(default_factory=dict, max_length=10)
    barcode: Annotated[Short, Field(max_length=60)] = ""
    price_minor: Minor | None = None
    compare_at_minor: Minor | None = None
    currency: Currency | Literal[""] = ""
    image_url: Line = ""


class ProductBody(Body):
    """A product to be saved. Variants that are not named stay as they are."""

    title: Annotated[Line, Field(min_length=1)]
    description: Long = ""
    vendor: Short = ""
    kind: Short = ""
    tags: list[Short] = Field(default_factory=list, max_length=100)
    status: Literal["active", "draft", "archived"] = "active"
    image_url: Line = ""
    titles: dict[Short, Line] = Field(default_factory=dict, max_length=30)
    variants: list[VariantBody] = Field(default_factory=list, max_length=200)


def show_product(product: Product) -> ProductShown:
    """A product as the API tells it."""
    variants = [VariantShown.model_validate(v, from_attributes=True) for v in product.variants.all()]
    names = [name for name in ProductShown.model_fields if name != "variants"]
    return ProductShown(**{name: getattr(product, name) for name in names}, variants=variants)


@router.get("", response=ProductPage, summary="List products")
def list_products(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> object:
    """Products, newest first."""
    need(request, "products:read")
    rows = Product.objects.prefetch_related("variants")
    return page_of(rows, cursor=cursor, limit=limit, show=show_product)


@router.get("/{handle}", response=ProductShown, summary="One product")
def get_product(request: HttpRequest, handle: str) -> object:
    """The product with this handle."""
    need(request, "products:read")
    return show_product(get_object_or_404(Product, handle=handle.replace("\x00", "")))


@router.put("/{handle}", response={200: ProductShown, 201: ProductShown}, summary="Add or change a product")
@once
def put_product(request: HttpRequest, handle: str, body: ProductBody) -> Status[ProductShown]:
    """Save the product under this handle: all its fields, and the variants named."""
    known = need(request, "products:write")
    _check(handle, body)
    product, is_new = save_product(
        handle=handle,
        values=body.model_dump(exclude={"variants"}),
        variants=[VariantDraft(**variant.model_dump()) for variant in body.variants],
        actor=known.actor,
    )
    return Status(201 if is_new else 200, show_product(product))


def _check(handle: str, body: ProductBody) -> None:
    if len(handle) > 200 or not re.fullmatch(HANDLE, handle):
        raise Problem(
            422, "A handle has letters, digits, '-', '_' and '.', at most 200.", [("/handle", "wrong")]
        )
    skus = [variant.sku for variant in body.variants]
    if len(set(skus)) != len(skus):
        raise Problem(422, "Each SKU is named once.", [("/variants", "a SKU stands twice")])
    taken = Variant.objects.filter(sku__in=skus).exclude(product__handle=handle).values_list("sku", flat=True)
    if taken:
        raise Problem(
            409, f"The SKU {taken[0]} belongs to another product.", [("/variants", "a SKU is taken")]
        )
