"""Forms of payments on the desk."""

from __future__ import annotations

from typing import Any

from django import forms

from aftercart.payments.models import Account
from aftercart.payments.providers import Kind

LABELS = {
    "secret_key": "Secret key",
    "webhook_secret": "Signing secret of the webhook",
    "holder": "Account holder",
    "iban": "IBAN",
    "bic": "BIC",
    "bank": "Bank",
}


class AccountForm(forms.Form):
    """How a channel uses one provider. Secrets are written, never shown."""

    is_enabled = forms.BooleanField(label="Offer it to shoppers", required=False)
    is_test = forms.BooleanField(
        label="Test mode", required=False, help_text="Shoppers see that no real money moves."
    )
    methods = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, kind: Kind, account: Account | None, from_environment: set[str], data: Any = None
    ) -> None:
        self.kind = kind
        initial = {
            "is_enabled": account.is_enabled if account else False,
            "is_test": account.is_test if account else kind.name == "sandbox",
            "methods": account.methods if account else kind.methods[:1],
            **({name: account.settings.get(name, "") for name in kind.settings} if account else {}),
        }
        super().__init__(data, initial=initial)
        chosen: Any = self.fields["methods"]
        chosen.choices = [(name, name.replace("_", " ")) for name in kind.methods]
        if kind.is_manual:
            del self.fields["is_test"]
        for name in kind.settings:
            self.fields[name] = forms.CharField(label=LABELS[name], max_length=120, required=False)
        for name in kind.secrets:
            self.fields[name] = self._secret(name, is_set=name in from_environment)

    def _secret(self, name: str, *, is_set: bool) -> forms.CharField:
        words = (
            "Comes from the environment."
            if is_set
            else "Kept encrypted. Leave empty to keep the present one."
        )
        return forms.CharField(
            label=LABELS[name],
            required=False,
            max_length=250,
            disabled=is_set,
            help_text=words,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )

    def settings(self) -> dict[str, str]:
        """What is no secret."""
        return {name: self.cleaned_data.get(name, "").strip() for name in self.kind.settings}

    def secrets(self) -> dict[str, str]:
        """Secrets that were typed."""
        return {
            name: self.cleaned_data[name].strip() for name in self.kind.secrets if self.cleaned_data.get(name)
        }


class TransferForm(forms.Form):
    """A line of the bank's statement."""

    text = forms.CharField(label="Text of the transfer", max_length=300)
    amount = forms.CharField(
        label="Amount", max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    currency = forms.CharField(label="Currency", max_length=3, min_length=3, initial="EUR")
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()
