"""What shoppers fill in on the order's pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EmailForm(forms.Form):
    """An address to send a code to."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one you gave when you ordered."),
        max_length=254,
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is not an e-mail address: write it like sam@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    """The code that came by mail, with the address it went to."""

    email = forms.EmailField(max_length=254, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("The six digits from the e-mail"),
        max_length=12,
        error_messages={"required": _("Write the six digits.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class LookupForm(forms.Form):
    """Number and proof. It never says which of the two was wrong."""

    number = forms.CharField(
        label=_("Order number"),
        help_text=_("It is in your confirmation e-mail, for example MH-1042."),
        max_length=60,
        error_messages={"required": _("Write the number of your order.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    proof = forms.CharField(
        label=_("E-mail address or postcode"),
        help_text=_("The one you gave when you ordered."),
        max_length=254,
        error_messages={"required": _("Write your e-mail address or your postcode.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
