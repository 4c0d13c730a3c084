"""The editor's form: a field per word, and the structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from aftercart.messaging.draft import Problem

LABELS = {
    "mail_subject": "Subject",
    "mail_preheader": "Preview line (beside the subject in an inbox)",
    "sms": "Text message",
    "reason": "Why they get this (at the end)",
    "next": "What comes next",
    "mjml": "HTML, as MJML with Liquid",
    "txt": "Plain text, with Liquid",
}
FORMS = {"one": "for one", "few": "for a few", "many": "for many", "other": "for all other numbers"}


class MessageForm(forms.Form):
    """Words are named ``w-heading`` and ``w-heading.one``; the structure ``mjml`` and ``txt``."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        words: Mapping[str, str],
        structure: Mapping[str, str],
        language: str,
    ) -> None:
        super().__init__(data)
        for key, text in words.items():
            rows = 3 if len(text) > 80 or "\n" in text else 1
            widget = forms.Textarea(attrs={"rows": rows, "lang": language, "maxlength": 4000})
            name, _, form = key.partition(".")
            label = LABELS.get(name) or name.replace("_", " ").capitalize()
            label += f", {FORMS.get(form, form)}" if form else ""
            self.fields[f"w-{key}"] = forms.CharField(
                label=label,
                initial=text,
                widget=widget,
                max_length=4000,
                error_messages={"required": "This cannot be empty."},
            )
        for suffix, text in structure.items():
            widget = forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"})
            self.fields[suffix] = forms.CharField(
                label=LABELS[suffix], initial=text, widget=widget, required=False, max_length=60_000
            )

    def words(self) -> dict[str, str]:
        """The words as they were sent."""
        return {name[2:]: str(value) for name, value in self.cleaned_data.items() if name.startswith("w-")}

    def structure(self) -> dict[str, str]:
        """The structure as it was sent."""
        return {suffix: str(self.cleaned_data.get(suffix, "")) for suffix in ("mjml", "txt")}

    def take(self, found: Sequence[Problem]) -> None:
        """Show problems at their fields."""
        for problem in found:
            name = problem.field if problem.field in {"mjml", "txt"} else f"w-{problem.field}"
            self.add_error(name if problem.field and name in self.fields else None, str(problem))
