"""What shoppers fill in about a problem, and what colleagues decide."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from aftercart.claims.models import GIVEN, Outcome
from aftercart.claims.portal_page import Arrived, Piece
from aftercart.claims.portal_words import KindWords
from aftercart.claims.rules import LONGEST_TEXT, NEEDS_WORDS

KEY = re.compile(r"[\w-]{8,40}", re.ASCII)
TOO_LONG = ngettext_lazy(
    "This is too long: at most %(limit_value)d character fits. You wrote %(show_value)d.",
    "This is too long: at most %(limit_value)d characters fit. You wrote %(show_value)d.",
    "limit_value",
)


def new_key() -> str:
    """A form's one-time key: a second post of the same form is the same claim, and names its photos' draft."""
    return secrets.token_urlsafe(12)


class ProblemForm(forms.Form):
    """Words, and a key. The pieces are fields of :class:`PiecesForm` or :class:`ParcelForm`."""

    key = forms.RegexField(KEY, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Tell us more"),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Write a sentence about it."), "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, kind: KindWords, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["text"].help_text = str(kind.text_hint)
        self.fields["text"].required = kind.key in NEEDS_WORDS

    @property
    def quantities(self) -> dict[int, int]:
        """How many of which line, once the form is valid."""
        raise NotImplementedError

    @property
    def parcel_id(self) -> int | None:
        """The parcel, once the form is valid, when the problem is with one."""
        return None


class PiecesForm(ProblemForm):
    """Which pieces: a box to tick for a single one, a number for more."""

    def __init__(self, pieces: Sequence[Piece], kind: KindWords, data: Any = None, **options: Any) -> None:
        super().__init__(kind, data, **options)
        self.pieces = pieces
        is_only = len(pieces) == 1
        for piece in pieces:
            self.fields[f"line-{piece.line_id}"] = _piece_field(piece, is_chosen=is_only)

    def rows(self) -> list[tuple[Piece, forms.BoundField]]:
        """Each piece with its field, for the template."""
        return [(piece, self[f"line-{piece.line_id}"]) for piece in self.pieces]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(int(cleaned[f"line-{piece.line_id}"]) for piece in self.pieces):
            self.add_error(None, _("Choose what the problem is with."))
        return cleaned

    @property
    def quantities(self) -> dict[int, int]:
        wanted = {piece.line_id: int(self.cleaned_data[f"line-{piece.line_id}"]) for piece in self.pieces}
        return {line_id: quantity for line_id, quantity in wanted.items() if quantity}


def _piece_field(piece: Piece, *, is_chosen: bool) -> forms.Field:
    title = f"{piece.title} {piece.detail}".strip()
    if piece.quantity == 1:
        return forms.BooleanField(label=title, required=False, initial=is_chosen)
    choices = [(number, str(number)) for number in range(min(piece.quantity, 500) + 1)]
    return forms.TypedChoiceField(
        label=title, choices=choices, coerce=int, empty_value="0", initial=int(is_chosen), required=False
    )


class ParcelForm(ProblemForm):
    """Which parcel did not arrive, and that the usual places were looked at."""

    parcel = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, choices=[])
    looked = forms.BooleanField(
        label=_("I have looked at these places and asked there."),
        error_messages={"required": _("Please look there first, and tick this when you have.")},
    )

    def __init__(self, parcels: Sequence[Arrived], kind: KindWords, data: Any = None, **options: Any) -> None:
        super().__init__(kind, data, **options)
        self.parcels = parcels
        field = self.fields["parcel"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(parcel.parcel_id, str(parcel.number)) for parcel in parcels]
        field.label = str(kind.question)
        field.error_messages["required"] = str(_("Choose the parcel."))
        if len(parcels) == 1:
            field.initial = parcels[0].parcel_id

    @property
    def quantities(self) -> dict[int, int]:
        chosen = next(each for each in self.parcels if each.parcel_id == self.cleaned_data["parcel"])
        return {piece.line_id: piece.quantity for piece in chosen.contents}

    @property
    def parcel_id(self) -> int | None:
        return int(self.cleaned_data["parcel"])


class DecisionForm(forms.Form):
    """What a colleague decides. ``words`` go to the shopper, ``note`` stays among colleagues."""

    outcome = forms.ChoiceField(
        choices=[(each.value, each.label) for each in (*GIVEN, Outcome.DECLINED)],
        widget=forms.RadioSelect,
        label="The shopper gets",
        error_messages={"required": "Choose what the shopper gets."},
    )
    words = forms.CharField(
        label="Words to the shopper",
        required=False,
        max_length=LONGEST_TEXT,
        help_text="They are in the e-mail and on the shopper's page. Needed to decline.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label="Note among colleagues",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
