"""Forms of an order's page on the desk. Each carries a key of its own, so a double post is one act."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from django import forms

from aftercart.kernel.money import exponent, from_minor, to_minor
from aftercart.orders.models import Order
from aftercart.orders.money import left_to_refund


def new_key() -> str:
    """A key for one showing of a form."""
    return secrets.token_hex(12)


class KeyedForm(forms.Form):
    """A form that is done once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


class AmountForm(KeyedForm):
    """An amount in the order's currency, typed in major units."""

    amount = forms.DecimalField(min_value=Decimal("0.001"), max_digits=14, decimal_places=3)

    def __init__(self, order: Order, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.order = order
        places = exponent(order.currency)
        self.fields["amount"].label = f"Amount in {order.currency}"
        self.fields["amount"].widget.attrs |= {
            "step": str(Decimal(1).scaleb(-places)),
            "inputmode": "decimal",
        }

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount != round(amount, exponent(self.order.currency)):
            raise forms.ValidationError(f"{self.order.currency} has no such small part.")
        return amount

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return to_minor(self.cleaned_data["amount"], self.order.currency)


class PaymentForm(AmountForm):
    """Money that came in outside of the shop's own payment."""

    method = forms.CharField(label="How it was paid", max_length=80, initial="bank transfer")
    reference = forms.CharField(
        label="Reference",
        max_length=120,
        required=False,
        help_text="Of the bank or provider, when there is one.",
    )


class RefundForm(AmountForm):
    """Money that is to go back: through its provider, or as a record where it was paid elsewhere."""

    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, order: Order, *arguments: Any, **options: Any) -> None:
        super().__init__(order, *arguments, **options)
        left = from_minor(max(0, left_to_refund(order)), order.currency).amount
        self.fields["amount"].help_text = f"At most {left}."

    field_order = ["amount", "reason"]


class NoteForm(forms.Form):
    """A note among colleagues."""

    text = forms.CharField(
        label="Note for the team", max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
