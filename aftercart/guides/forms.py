"""What shoppers say of a guide, and what colleagues begin one with."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercart.catalog.models import Product
from aftercart.customers.models import LANGUAGES

LANGUAGE_NAMES = {"en": "English", "pl": "Polski", "ja": "日本語", "ru": "Русский", "th": "ไทย"}
LANGUAGE_CHOICES = [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]
MOST_PRODUCTS = 500


def new_key() -> str:
    """A form's one-time key: a second post of the same form is the same answer."""
    return secrets.token_urlsafe(12)


class HelpForm(forms.Form):
    """What did not work, from somebody whose order we know."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    step = forms.TypedChoiceField(
        label=_("Where did it stop?"), required=False, coerce=int, empty_value=None, choices=()
    )
    text = forms.CharField(
        label=_("What happens?"),
        max_length=4000,
        error_messages={"required": _("Write what happens first.")},
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, steps: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["step"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Not at one step")), *steps]
        if not steps:
            del self.fields["step"]


class GuideForm(forms.Form):
    """A new guide: what it is called and what it is about."""

    title = forms.CharField(
        label="Title", max_length=200, help_text="As a shopper would say it: Season your pan."
    )
    language = forms.ChoiceField(label="Written in", choices=LANGUAGE_CHOICES)
    products = forms.ModelMultipleChoiceField(
        label="Products",
        required=False,
        queryset=Product.objects.none(),
        help_text="Their buyers find the guide on their order page.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["products"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Product.objects.order_by("title", "pk")
