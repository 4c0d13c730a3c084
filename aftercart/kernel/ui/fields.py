"""Form fields in the design's dress: classes by kind of control, for Django's and our own templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class Renderer(TemplatesSetting):
    """``{{ form }}`` renders as a stack of our fields."""

    form_template_name = "ui/components/form-fields.html"
    field_template_name = "ui/components/field.html"


class Switch(forms.CheckboxInput):
    """A yes-or-no that reads as a switch: it takes effect with the form like any other field."""


def kind(bound: BoundField) -> str:
    """How the field is laid out: ``input``, ``check``, ``switch``, ``choices`` or ``hidden``."""
    widget_used = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget_used, Switch):
        return "switch"
    if isinstance(widget_used, forms.CheckboxInput):
        return "check"
    return "choices" if isinstance(widget_used, CHOICES) else "input"


def widget(bound: BoundField) -> SafeString:
    """The control with the design's classes and what assistive technology needs."""
    attrs: dict[str, Any] = {}
    if kind(bound) == "input":
        own = bound.field.widget.attrs.get("class", "")
        attrs["class"] = f"input {own}".strip()
    return bound.as_widget(attrs=attrs)
