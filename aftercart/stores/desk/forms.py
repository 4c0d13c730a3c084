"""Forms of the team's and the merchant's settings."""

from __future__ import annotations

import zoneinfo
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet

from aftercart.kernel.money import MoneyError, exponent
from aftercart.stores.models import ApiToken, Channel, Role, StaffMember
from aftercart.stores.permissions import visible_channels
from aftercart.stores.tokens import SCOPES

LANGUAGES = list(settings.LANGUAGES)


def channels_field() -> forms.ModelMultipleChoiceField[Channel]:
    """Which channels somebody works for; none means all."""
    return forms.ModelMultipleChoiceField(
        queryset=Channel.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Channels",
        help_text="None means every channel.",
    )


F = TypeVar("F", bound=forms.Form)


def only_channels_of(member: StaffMember, form: F) -> F:
    """The form, offering no other channels than those the member works for."""
    for name in ("channels", "channel"):
        field = form.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = visible_channels(member).order_by("name")
    return form


class InvitationForm(forms.Form):
    """Who is invited, as what."""

    email = forms.EmailField(label="E-mail")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.AGENT)
    channels = channels_field()


class MemberForm(forms.Form):
    """A colleague's role and channels."""

    role = forms.ChoiceField(choices=Role.choices)
    channels = channels_field()


class DepartureForm(forms.Form):
    """What ends with a colleague's account: the keys they made, all unless some are to go on."""

    tokens = forms.ModelMultipleChoiceField(
        queryset=ApiToken.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="API tokens to revoke",
        help_text="Whatever uses them stops at once. Leave those that a system of the shop needs, and replace them.",
    )

    def __init__(self, *arguments: Any, made: QuerySet[ApiToken], **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["tokens"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = made
        field.initial = made
        if not made.exists():
            field.widget = forms.MultipleHiddenInput()


class JoinForm(forms.Form):
    """An invited colleague's name and password."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text="At least 12 characters; a sentence is easy to remember.",
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class MerchantForm(forms.Form):
    """The merchant, as mails and pages name them."""

    name = forms.CharField(max_length=120)
    legal_name = forms.CharField(max_length=160, required=False)
    postal_address = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stands in every mail; the law asks for it.",
    )
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(max_length=40, required=False)
    timezone = forms.ChoiceField(
        choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())]
    )


class ChannelForm(forms.Form):
    """One channel: how it is called, what it speaks, from where it writes."""

    name = forms.CharField(max_length=120)
    currency = forms.CharField(max_length=3, help_text="ISO 4217, such as EUR.")
    country = forms.RegexField(r"^[A-Za-z]{2}$", required=False, label="Country code")
    languages = forms.MultipleChoiceField(choices=LANGUAGES, widget=forms.CheckboxSelectMultiple)
    default_language = forms.ChoiceField(choices=LANGUAGES)
    timezone = forms.ChoiceField(
        choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())]
    )
    sender_name = forms.CharField(max_length=120, required=False)
    sender_email = forms.EmailField(
        required=False, label="Sender e-mail", help_text="Mails to shoppers come from here."
    )
    support_email = forms.EmailField(required=False, label="Contact e-mail")
    support_phone = forms.CharField(max_length=40, required=False, label="Contact phone")
    support_hours = forms.CharField(max_length=200, required=False, label="Hours")
    website = forms.URLField(required=False, assume_scheme="https")
    accent = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        required=False,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="Colours the shopper's pages and mails; its lightness is set so that text stays readable.",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for code, label in LANGUAGES:
            self.fields[f"policy_{code}"] = forms.CharField(
                max_length=300, required=False, label=f"Return policy in a sentence, {label}"
            )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        try:
            exponent(code)
        except MoneyError as error:
            raise forms.ValidationError(str(error)) from error
        return code

    def values(self, channel: Channel) -> dict[str, Any]:
        """What :func:`aftercart.stores.actions.save_channel` takes."""
        given = dict(self.cleaned_data)
        policies = {code: given.pop(f"policy_{code}") for code, _ in LANGUAGES}
        accent = given.pop("accent")
        given["country"] = given["country"].upper()
        given["return_policy"] = {code: text for code, text in policies.items() if text}
        given["theme"] = {**channel.theme, "accent": accent} if accent else channel.theme
        return given

    @staticmethod
    def initial_of(channel: Channel) -> dict[str, Any]:
        """The form's values for a channel."""
        fields = {name: getattr(channel, name) for name in ChannelForm.base_fields if hasattr(channel, name)}
        policies = {f"policy_{code}": channel.return_policy.get(code, "") for code, _ in LANGUAGES}
        return {**fields, **policies, "accent": channel.theme.get("accent", "#2456c7")}


class TokenForm(forms.Form):
    """A token to be made."""

    name = forms.CharField(max_length=120, help_text="What uses it, such as “Warehouse”.")
    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {words}") for scope, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ModelChoiceField(
        queryset=Channel.objects.order_by("name"), required=False, empty_label="Every channel"
    )
    expires_on = forms.DateField(
        required=False, label="Valid until", widget=forms.DateInput(attrs={"type": "date"})
    )
