"""What shoppers and colleagues write in conversations."""

from __future__ import annotations

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from aftercart.helpdesk.rules import LONGEST_TEXT

TOPICS = (
    ("where", _("Where is my order?")),
    ("change", _("Change or cancel something")),
    ("wrong", _("Something is wrong with what arrived")),
    ("return", _("Send something back")),
    ("payment", _("Payment or invoice")),
    ("product", _("How do I use it?")),
    ("other", _("Something else")),
)
TOO_LONG = ngettext_lazy(
    "This is too long: at most %(limit_value)d character fits. You wrote %(show_value)d.",
    "This is too long: at most %(limit_value)d characters fit. You wrote %(show_value)d.",
    "limit_value",
)


def new_key() -> str:
    """A form's one-time key: a second post of the same form is the same message."""
    return secrets.token_urlsafe(12)


class QuestionForm(forms.Form):
    """A shopper's question, or a further message in the running conversation (then without topic)."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    topic = forms.ChoiceField(label=_("What is it about?"), choices=TOPICS, initial="where")
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Write your question first."), "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def go_on(self) -> QuestionForm:
        """The form for a running conversation: it has its topic already."""
        del self.fields["topic"]
        return self


class AnswerForm(forms.Form):
    """A colleague's answer or note. ``last_seen`` is the newest message they had before their eyes."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    last_seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label="Message",
        max_length=LONGEST_TEXT,
        error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={"rows": 6, "data-draft": "", "data-reply": ""}),
    )
