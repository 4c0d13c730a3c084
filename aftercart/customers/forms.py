"""Forms of the desk about customers."""

from __future__ import annotations

from django import forms


class ErasureForm(forms.Form):
    """That forgetting a customer is meant."""

    is_meant = forms.BooleanField(
        label="I know that this cannot be undone",
        error_messages={"required": "Tick this to say that you mean it."},
    )
    is_forced = forms.BooleanField(label="Erase although something is still under way", required=False)
