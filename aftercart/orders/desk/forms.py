"""Forms of an order's page on the desk. Each carries a key of its own, so a double post is one act."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from aftercart.kernel.money import exponent, from_minor, to_minor
from aftercart.orders.models import Order, RefundRequest
from aftercart.orders.money import left_to_refund
from aftercart.orders.refunds.rules import worth


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

    def clean_amount(self) -> Decimal | None:
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

    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *RefundRequest.Reason.choices])
    words = forms.CharField(label="In words", max_length=150, required=False)
    keeps_goods = forms.BooleanField(label="Nothing is sent back", required=False)
    shipping = forms.BooleanField(label="With shipping", required=False)

    def __init__(self, order: Order, *arguments: Any, **options: Any) -> None:
        super().__init__(order, *arguments, **options)
        self.fields["amount"].required = False
        left = from_minor(max(0, left_to_refund(order)), order.currency).amount
        self.fields["amount"].help_text = f"At most {left}. Empty: the chosen pieces and shipping."

    field_order = ["reason", "words", "amount", "shipping", "keeps_goods"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("reason") == RefundRequest.Reason.OTHER and not given.get("words"):
            self.add_error("words", "Say in words why.")
        if "amount" in given and not self.minor:
            self.add_error("amount", "Give an amount, or choose pieces.")
        return given

    def clean_amount(self) -> Decimal | None:
        return super().clean_amount() if self.cleaned_data["amount"] is not None else None

    @property
    def minor(self) -> int:
        """The amount in minor units: as typed, else what the chosen pieces and shipping cost."""
        typed = self.cleaned_data.get("amount")
        if typed is not None:
            return to_minor(typed, self.order.currency)
        goods = sum(
            worth(
                pieces=wanted,
                quantity=line.quantity,
                total=line.total_minor,
                tax=line.tax_minor,
                prices_include_tax=self.order.prices_include_tax,
            )
            for line in self.order.lines.all()
            if (wanted := pieces_of(self.data).get(line.pk))
        )
        return goods + (self.order.shipping_minor if self.cleaned_data.get("shipping") else 0)


def pieces_of(told: Mapping[str, Any]) -> dict[int, int]:
    """How many of which line a form names: fields ``line-<id>``, blanks and nonsense left out."""
    wanted = {}
    for name in told:
        line_id, value = name.removeprefix("line-"), str(told[name])
        if name.startswith("line-") and line_id.isdecimal() and value.isdecimal() and int(value):
            wanted[int(line_id)] = min(int(value), 10**6)
    return wanted


class NoteForm(forms.Form):
    """A note among colleagues."""

    text = forms.CharField(
        label="Note for the team", max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
