"""What is filled in to change an order. The same forms serve shoppers and staff."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aftercart.orders.addresses import Address
from aftercart.orders.changes.basket import Item
from aftercart.orders.changes.rules import MOST_PIECES
from aftercart.orders.models import Kind

NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


def countries() -> list[tuple[str, str]]:
    """ISO 3166-1 alpha-2 codes and names in the reader's language, by name."""
    territories = Locale.parse(get_language() or "en", sep="-").territories
    found = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return sorted(found, key=lambda pair: pair[1].casefold())


def _line(label: Any, autocomplete: str, *, most: int = 120, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


class WishForm(forms.Form):
    """A form that says what is wanted, as :mod:`planning` takes it."""

    def __init__(self, *arguments: Any, item: Item | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.item = item

    def wish(self) -> dict[str, Any]:
        """What is wanted."""
        return {"line": self.item.id} if self.item else {}


class CancelForm(WishForm):
    """Why, if one likes to say."""

    reason = forms.CharField(label=_("Reason (you need not say)"), max_length=200, required=False)

    def wish(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class AddressForm(WishForm):
    """Another address for the parcel."""

    name = _line(_("Name"), "name")
    company = _line(_("Company"), "organization", required=False)
    line1 = _line(_("Street and number"), "address-line1")
    line2 = _line(_("Flat, floor, entrance"), "address-line2", required=False)
    postcode = _line(_("Postcode"), "postal-code", most=20, required=False)
    city = _line(_("Town"), "address-level2")
    region = _line(_("Region"), "address-level1", required=False)
    country = forms.ChoiceField(
        label=_("Country"), choices=countries, widget=forms.Select(attrs={"autocomplete": "country"})
    )
    phone = _line(_("Phone for the carrier"), "tel", most=40, required=False)

    def wish(self) -> dict[str, Any]:
        return {"ship_to": Address(**self.cleaned_data).to_mapping()}


class QuantityForm(WishForm):
    """How many pieces of a line altogether."""

    quantity = forms.IntegerField(
        label=_("Pieces altogether"),
        min_value=1,
        max_value=MOST_PIECES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def wish(self) -> dict[str, Any]:
        return {**super().wish(), "quantity": self.cleaned_data["quantity"]}


class VariantForm(WishForm):
    """Another form of the same product; ``choices`` are (variant id, words) pairs."""

    variant = forms.TypedChoiceField(
        label=_("What would you like instead?"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *arguments: Any, choices: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["variant"].choices = choices  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        return {**super().wish(), "variant": self.cleaned_data["variant"]}


class AddForm(VariantForm):
    """A product more."""

    quantity = forms.IntegerField(
        label=_("Pieces"),
        min_value=1,
        max_value=MOST_PIECES,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["variant"].label = _("What would you like to add?")

    def wish(self) -> dict[str, Any]:
        return {"variant": self.cleaned_data["variant"], "quantity": self.cleaned_data["quantity"]}


class RemoveForm(WishForm):
    """Take what is open of a line out."""


FORMS: dict[str, type[WishForm]] = {
    Kind.CANCEL: CancelForm,
    Kind.ADDRESS: AddressForm,
    Kind.VARIANT: VariantForm,
    Kind.QUANTITY: QuantityForm,
    Kind.ADD: AddForm,
    Kind.REMOVE: RemoveForm,
}
