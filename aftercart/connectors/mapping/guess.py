"""Which column of an unknown file means what, guessed from headings and a few values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field

from aftercart.connectors.mapping.targets import ENTITIES

HOLDS = {
    "orders": ("order", "line"),
    "customers": ("customer",),
    "products": ("product", "variant"),
}
"""What a file may hold, and the entities its rows fill."""

WORDS: dict[str, tuple[str, ...]] = {
    "order.key": (
        "order id",
        "order number",
        "order no",
        "order",
        "invoice",
        "invoice no",
        "invoice number",
        "name",
    ),
    "order.email": ("email", "e mail", "customer email", "billing email", "mail"),
    "order.name": ("customer name", "customer", "client", "buyer", "full name", "billing name"),
    "order.customer": ("customer id", "customer number", "client id", "buyer id"),
    "order.phone": ("phone", "telephone", "mobile"),
    "order.currency": ("currency",),
    "order.placed_at": (
        "order date",
        "invoice date",
        "date",
        "created at",
        "created",
        "ordered at",
        "purchased at",
    ),
    "order.is_paid": ("paid", "is paid", "payment status"),
    "order.payment_method": ("payment method", "payment"),
    "order.shipping": ("shipping cost", "shipping price", "shipping", "delivery cost", "freight"),
    "order.discount": ("order discount", "discount amount", "discount"),
    "order.total": ("total", "order total", "grand total", "amount"),
    "order.cancelled_at": ("cancelled at", "canceled at"),
    "order.promised_on": ("promised", "delivery date", "estimated delivery"),
    "order.ship_name": ("shipping name", "recipient", "delivery name"),
    "order.ship_line1": ("shipping address", "address", "street", "address 1"),
    "order.ship_city": ("shipping city", "city", "town"),
    "order.ship_postcode": ("shipping postcode", "postcode", "zip", "postal code", "shipping zip"),
    "order.ship_country": ("shipping country", "country", "country code"),
    "line.sku": ("sku", "stock code", "item sku", "product code", "article number", "code"),
    "line.title": ("product", "product name", "item", "item name", "description", "title", "article"),
    "line.quantity": ("quantity", "qty", "units", "pieces", "count"),
    "line.unit_price": ("unit price", "price", "item price", "price each"),
    "line.discount": ("line discount", "item discount"),
    "line.tax": ("line tax", "item tax", "tax", "vat"),
    "customer.key": ("customer id", "id", "customer number"),
    "customer.email": ("email", "e mail", "mail"),
    "customer.name": ("name", "customer name", "full name", "customer"),
    "customer.phone": ("phone", "telephone", "mobile"),
    "customer.language": ("language", "locale"),
    "customer.country": ("country", "country code"),
    "customer.city": ("city", "town"),
    "customer.postcode": ("postcode", "zip", "postal code"),
    "customer.tags": ("tags",),
    "customer.note": ("note", "notes"),
    "customer.created_at": ("created at", "created", "sign up", "registered", "customer since"),
    "customer.accepts_marketing": ("accepts marketing", "newsletter", "marketing"),
    "product.key": ("product id", "id", "handle", "sku"),
    "product.title": ("title", "name", "product", "product name"),
    "product.description": ("description",),
    "product.vendor": ("vendor", "brand", "manufacturer"),
    "product.kind": ("type", "category"),
    "product.tags": ("tags",),
    "product.image_url": ("image", "image url", "picture"),
    "variant.sku": ("sku", "code", "article number"),
    "variant.price": ("price", "unit price"),
    "variant.barcode": ("barcode", "ean", "gtin"),
}
DAY_FIRST = tuple(f"%d{s}%m{s}%Y{time}" for s in "./-" for time in (" %H:%M:%S", " %H:%M", ""))
MONTH_FIRST = tuple(f"%m/%d/%Y{time}" for time in (" %H:%M:%S", " %H:%M", ""))
DATES = {"iso": (), "day": DAY_FIRST, "month": MONTH_FIRST}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the columns of one file are read. ``columns`` maps a column to a target such as ``order.key``."""

    holds: str
    columns: Dict[str, str] = field(default_factory=dict)
    dates: str = "iso"
    decimal: str = "."


def targets_of(holds: str) -> dict[str, str]:
    """The targets of what a file holds, with the words that explain them."""
    return {
        f"{entity}.{name}": target.about
        for entity in HOLDS[holds]
        for name, target in ENTITIES[entity].items()
        if not (entity in {"line", "variant"} and name in {"order", "product"})
    }


def guess(headings: Sequence[str], samples: Sequence[Sequence[str | None]]) -> Layout:
    """What a file most likely holds and means; ``samples`` are its first rows."""
    best = max((_columns(holds, headings) for holds in HOLDS), key=lambda found: _worth(*found))
    return Layout(
        holds=best[0],
        columns=best[1],
        dates=_dates([cell for row in samples for cell in row if cell]),
        decimal=_decimal([cell for row in samples for cell in row if cell]),
    )


def guess_as(holds: str, headings: Sequence[str], samples: Sequence[Sequence[str | None]]) -> Layout:
    """The same when it is known what the file holds."""
    known = guess(headings, samples)
    return Layout(holds=holds, columns=_columns(holds, headings)[1], dates=known.dates, decimal=known.decimal)


def _columns(holds: str, headings: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Every target takes the column whose heading is nearest to one of its words; no column is taken twice."""
    wanted = [target for target in WORDS if target.split(".")[0] in HOLDS[holds]]
    plain = {heading: _plain(heading) for heading in headings}
    found: dict[str, str] = {}
    ranked = sorted(
        (rank, position, target, heading)
        for target in wanted
        for rank, word in enumerate(WORDS[target])
        for position, heading in enumerate(headings)
        if plain[heading] == word
    )
    for _, _, target, heading in ranked:
        if heading not in found and target not in found.values():
            found[heading] = target
    return holds, found


def _worth(holds: str, found: Dict[str, str]) -> tuple[int, int]:
    """Files with all that is required come first, then those of which most is understood."""
    required = [
        f"{entity}.{name}"
        for entity in HOLDS[holds]
        for name, target in ENTITIES[entity].items()
        if target.is_required and not (entity in {"line", "variant"} and name in {"order", "product"})
    ]
    missing = sum(target not in found.values() for target in required)
    return -missing if holds != "customers" else (0 if "customer.email" in found.values() else -1), len(found)


def _plain(heading: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return re.sub(r"[\W_]+", " ", spaced).strip().casefold()


def _dates(cells: Sequence[str]) -> str:
    pairs = [
        (int(m[1]), int(m[2]))
        for cell in cells
        if (m := re.match(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}", cell))
    ]
    if not pairs:
        return "iso"
    return "month" if any(second > 12 for _, second in pairs) else "day"


def _decimal(cells: Sequence[str]) -> str:
    commas = sum(bool(re.fullmatch(r"-?[\d .]*\d,\d{1,2}", cell)) for cell in cells)
    points = sum(bool(re.fullmatch(r"-?[\d ,]*\d\.\d{1,2}", cell)) for cell in cells)
    return "," if commas > points else "."


def as_toml(layout: Layout, name: str, *, currency: str = "", timezone: str = "") -> str:
    """The mapping file that says what the layout says."""
    by_target = {target: column for column, target in layout.columns.items() if target}
    if layout.holds == "products" and "variant.sku" in by_target:
        by_target.setdefault("product.key", by_target["variant.sku"])
    lines = [f"name = {_quoted(name)}", f"decimal = {_quoted(layout.decimal)}"]
    lines += [
        f"{key} = {_quoted(value)}"
        for key, value in (("currency", currency), ("timezone", timezone))
        if value
    ]
    lines += [
        "",
        "[[source]]",
        'name = "rows"',
        f"has = [{', '.join(_quoted(c) for c in by_target.values())}]",
    ]
    for entity in HOLDS[layout.holds]:
        lines += ["", f"[{entity}]", 'from = "rows"', *_entity(layout, entity, by_target)]
    if "line.quantity" in by_target:
        lines += ["", "[credit]", f"when = {{ column = {_quoted(by_target['line.quantity'])}, below = 0 }}"]
    return "\n".join([*lines, ""])


def _entity(layout: Layout, entity: str, by_target: Dict[str, str]) -> list[str]:
    told = {"line": "order", "variant": "product"}
    lines = []
    if entity in told and f"{told[entity]}.key" in by_target:
        lines.append(f"{told[entity]} = {_quoted(by_target[f'{told[entity]}.key'])}")
    for target, column in by_target.items():
        owner, _, field_name = target.partition(".")
        if owner == entity:
            lines.append(f"{field_name} = {_field(layout, entity, field_name, column)}")
    if entity == "order" and not {"order.is_paid", "order.due"} & set(by_target):
        lines.append("is_paid = { value = true }")
    if entity == "variant" and "variant.sku" not in by_target and "product.key" in by_target:
        lines.append(f"sku = {_quoted(by_target['product.key'])}")
    return lines


def _field(layout: Layout, entity: str, name: str, column: str) -> str:
    kind = ENTITIES[entity][name].kind
    formats = DATES[layout.dates]
    if kind in {"datetime", "date"} and formats:
        return f"{{ column = {_quoted(column)}, formats = [{', '.join(_quoted(form) for form in formats)}] }}"
    if name == "is_paid":
        paid = 'map = { "paid" = "yes", "Paid" = "yes", "yes" = "yes", "true" = "yes", "1" = "yes" }, otherwise = "no"'
        return f"{{ column = {_quoted(column)}, {paid} }}"
    return _quoted(column)


def _quoted(value: str) -> str:
    """A TOML basic string; it escapes as JSON does."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
