"""A change in words: what was, what is, for shoppers in their language and for staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from aftercart.catalog.models import Variant
from aftercart.orders.addresses import Address, address_lines
from aftercart.orders.changes.basket import Basket, Item
from aftercart.orders.models import Change, Kind

KIND_WORDS: dict[str, Promise] = {
    Kind.CANCEL: gettext_lazy("Cancel the order"),
    Kind.ADDRESS: gettext_lazy("Change the address"),
    Kind.VARIANT: gettext_lazy("Another size or colour"),
    Kind.QUANTITY: gettext_lazy("Another quantity"),
    Kind.ADD: gettext_lazy("Add a product"),
    Kind.REMOVE: gettext_lazy("Take something out"),
    Kind.UNDO: gettext_lazy("Undo a change"),
}
STATE_WORDS: dict[str, tuple[Promise, str]] = {
    "waiting": (gettext_lazy("We are looking at it"), "warn"),
    "unpaid": (gettext_lazy("Waits for your payment"), "warn"),
    "applied": (gettext_lazy("Done"), "success"),
    "refused": (gettext_lazy("Not possible"), "danger"),
    "withdrawn": (gettext_lazy("Withdrawn"), "info"),
    "expired": (gettext_lazy("Too late"), "info"),
}
NOTHING = "–"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that changes. ``before`` and ``after`` may have several lines."""

    label: str
    before: str
    after: str


def told(change: Change, language: str = "", *, shows_address: bool = True) -> list[Told]:
    """What a change changes, in ``language`` (the active one when left out)."""
    before, after = Basket.from_json(change.before), Basket.from_json(change.after)
    if not language:
        return told_between(before, after, shows_address=shows_address)
    with translation.override(language):
        return told_between(before, after, shows_address=shows_address)


def told_between(before: Basket, after: Basket, *, shows_address: bool = True) -> list[Told]:
    """What lies between two states of an order."""
    rows = []
    if before.state != after.state:
        rows.append(Told(label=_("Order"), before=_state(before.state), after=_state(after.state)))
    if dict(before.ship_to) != dict(after.ship_to):
        rows.append(
            Told(
                label=_("Address"),
                before=_address(before) if shows_address else _("hidden"),
                after=_address(after) if shows_address else _("hidden"),
            )
        )
    return rows + (_lines(before, after) if before.state == after.state else [])


def _state(state: str) -> str:
    return {"cancelled": _("cancelled"), "open": _("being prepared")}.get(state, _("the rest is cancelled"))


def _address(basket: Basket) -> str:
    language = get_language() or "en"
    return "\n".join(address_lines(Address.from_mapping(dict(basket.ship_to)), language))


def _lines(before: Basket, after: Basket) -> list[Told]:
    were = {item.position: item for item in before.items}
    are = {item.position: item for item in after.items}
    names = _names([*before.items, *after.items])
    rows = []
    for position in sorted(were.keys() | are.keys()):
        old, new = were.get(position), are.get(position)
        if old == new:
            continue
        if old and new and old.variant_id != new.variant_id:
            rows.append(Told(label=_pieces(old), before=names[old], after=names[new]))
        else:
            some = new or old
            assert some is not None
            rows.append(Told(label=names[some], before=_pieces(old), after=_pieces(new)))
    return rows


def _pieces(item: Item | None) -> str:
    return f"{item.quantity} ×" if item else NOTHING


def _names(items: Iterable[Item]) -> dict[Item, str]:
    items = list(items)
    language = get_language() or "en"
    ids = {item.variant_id for item in items if item.variant_id}
    known = {each.pk: each for each in Variant.objects.select_related("product").filter(pk__in=ids)}
    return {item: _name(item, known.get(item.variant_id or 0), language) for item in items}


def _name(item: Item, variant: Variant | None, language: str) -> str:
    if variant is None:
        return item.title
    return f"{variant.product.title_in(language)} {variant.title}".strip()
