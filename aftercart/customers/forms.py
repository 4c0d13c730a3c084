"""Forms of the desk about customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from aftercart.customers.models import LANGUAGES
from aftercart.kernel.rules import Problem, subject_named
from aftercart.kernel.rules.editor import parse


class ErasureForm(forms.Form):
    """That forgetting a customer is meant."""

    is_meant = forms.BooleanField(
        label="I know that this cannot be undone",
        error_messages={"required": "Tick this to say that you mean it."},
    )
    is_forced = forms.BooleanField(label="Erase although something is still under way", required=False)


class CustomerForm(forms.Form):
    """A customer's own data."""

    name = forms.CharField(max_length=200, required=False)
    phone = forms.CharField(max_length=40, required=False)
    language = forms.ChoiceField(
        required=False,
        choices=[("", "Not known"), *((code, code.upper()) for code in LANGUAGES)],
        help_text="Mails are written in it.",
    )
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        required=False,
        label="Country code",
        error_messages={"invalid": "Two letters, such as PL."},
    )
    city = forms.CharField(max_length=120, required=False)
    note = forms.CharField(
        max_length=5000, required=False, label="Note for the team", widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class SegmentForm(forms.Form):
    """A segment's name and rule. ``rule_problems`` says where the rule is faulty."""

    name = forms.CharField(label="Name", max_length=120)
    rule = forms.CharField(max_length=200_000, widget=forms.HiddenInput)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    rule_problems: Sequence[Problem] = ()

    def clean_rule(self) -> dict[str, Any]:
        rule, self.rule_problems = parse(self.cleaned_data["rule"], subject_named("customer"))
        if self.rule_problems:
            raise forms.ValidationError("The rule is not finished.")
        return rule
