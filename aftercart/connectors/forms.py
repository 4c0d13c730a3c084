"""Forms of the desk's import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.mapping.guess import HOLDS, Layout, targets_of
from aftercart.connectors.mapping.reading import timezone
from aftercart.kernel.money import MoneyError, exponent
from aftercart.stores.models import Channel, StaffMember
from aftercart.stores.permissions import visible_channels

NEW = "new"


class ReadingForm(forms.Form):
    """How files are read: channel, currency, time zone; for unknown files also the meaning of each column."""

    channel = forms.ChoiceField(label="Channel", help_text="Where the orders belong.")
    new_channel = forms.CharField(
        label="Name of the new channel", max_length=120, required=False, help_text="Only for a new channel."
    )
    currency = forms.CharField(
        label="Currency", max_length=3, required=False, help_text="Of amounts that name none, such as EUR."
    )
    timezone = forms.CharField(
        label="Time zone",
        max_length=60,
        required=False,
        help_text="Of times that name none, such as Europe/Warsaw.",
    )

    def __init__(self, member: StaffMember, *arguments: Any, suggested: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        channels = [(str(channel.pk), channel.name) for channel in visible_channels(member)]
        may_make = not member.channels.all()
        choices = [*channels, (NEW, "A new channel")] if may_make else channels
        self.fields["channel"] = forms.ChoiceField(
            label="Channel", help_text="Where the orders belong.", choices=choices
        )
        alike = next((pk for pk, name in channels if name.casefold() == suggested.casefold()), "")
        self.initial.setdefault(
            "channel", alike or (channels[0][0] if channels and not suggested else choices[-1][0])
        )
        self.initial.setdefault("new_channel", suggested)

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code:
            try:
                exponent(code)
            except MoneyError as error:
                raise ValidationError(str(error)) from error
        return code

    def clean_timezone(self) -> str:
        zone = str(self.cleaned_data["timezone"]).strip()
        try:
            return timezone(zone, "the time zone")
        except MappingError as error:
            raise ValidationError(f"{zone} is not a time zone, such as Europe/Warsaw.") from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("channel") == NEW and not str(given.get("new_channel", "")).strip():
            self.add_error("new_channel", "Give the new channel a name.")
        return given

    def chosen_channel(self) -> Channel | None:
        """The channel that exists already; nothing when a new one is to be made."""
        chosen = self.cleaned_data["channel"]
        return None if chosen == NEW else Channel.objects.get(pk=chosen)


class LayoutForm(forms.Form):
    """What a file holds and what its columns mean; the fields are made from its headings."""

    holds = forms.ChoiceField(label="The file holds", choices=[(name, name.capitalize()) for name in HOLDS])
    dates = forms.ChoiceField(
        label="Dates",
        choices=[("iso", "2026-01-31"), ("day", "31.01.2026 or 31/01/2026"), ("month", "01/31/2026")],
    )
    decimal = forms.ChoiceField(label="Amounts", choices=[(".", "1,234.56"), (",", "1.234,56")])

    def __init__(self, headings: list[str], layout: Layout, data: Any = None) -> None:
        initial = {"holds": layout.holds, "dates": layout.dates, "decimal": layout.decimal}
        super().__init__(data, initial=initial)
        holds = str(self.data.get("holds") or layout.holds)
        self.targets = targets_of(holds if holds in HOLDS else layout.holds)
        choices = [("", "Leave out"), *((key, _said(key, about)) for key, about in self.targets.items())]
        self.headings = headings
        for position, heading in enumerate(headings):
            self.fields[f"column-{position}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=layout.columns.get(heading, "")
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        taken: dict[str, str] = {}
        for position, heading in enumerate(self.headings):
            target = given.get(f"column-{position}", "")
            if target and target in taken:
                self.add_error(f"column-{position}", f"“{taken[target]}” means that already.")
            elif target:
                taken[target] = heading
        return given

    def layout(self) -> Layout:
        """The layout as it was chosen."""
        given = self.cleaned_data
        columns = {heading: given.get(f"column-{n}", "") for n, heading in enumerate(self.headings)}
        return Layout(
            holds=given["holds"],
            columns={heading: target for heading, target in columns.items() if target},
            dates=given["dates"],
            decimal=given["decimal"],
        )


def _said(key: str, about: str) -> str:
    """``line.unit_price`` as a choice: ``Line: Price of one piece``."""
    return f"{key.partition('.')[0].capitalize()}: {about}"
