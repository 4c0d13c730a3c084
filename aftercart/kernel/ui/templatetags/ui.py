"""Template tags of the design system, available in every template without ``{% load %}``."""

from __future__ import annotations

from collections.abc import Sized
from datetime import date
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from aftercart.kernel import clock
from aftercart.kernel.money import format_minor
from aftercart.kernel.ui import assets, fields, formats, icons
from aftercart.kernel.ui.components import render_component

register = template.Library()
PARTS = "_ui_parts"


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, with its version."""
    return assets.asset_url(path)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite. With ``label`` it is read aloud, without it is decoration."""
    kind = "icon icon-large" if size == "large" else "icon"
    address = f"{assets.asset_url('ui/icons.svg')}#{icons.require(name)}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', kind, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', kind, address)


@register.simple_tag
def money(minor: int | None, currency: str) -> str:
    """Minor units as the page's reader expects them; nothing when unknown."""
    if minor is None:
        return ""
    return format_minor(int(minor), currency, get_language() or "en")


@register.simple_tag
def when(value: date | None, style: str = "") -> str | SafeString:
    """A time as ``<time>``: ``style`` is empty (date and time), ``date``, ``clock`` or ``relative``."""
    return "" if value is None else formats.time_element(value, style, clock.now())


@register.filter
def count(value: Any) -> str:
    """A number, or how many things there are, with the language's separators."""
    if value is None or value == "":
        return ""
    return formats.number(len(value) if isinstance(value, Sized) and not isinstance(value, str) else value)


@register.filter
def percent(value: float | None, digits: int = 1) -> str:
    """A share from 0 to 1 as percent."""
    return "" if value is None else formats.percent(float(value), digits)


@register.filter
def initials(value: object) -> str:
    """Up to two letters for a name."""
    return formats.initials(str(value))


@register.filter
def widget(bound: BoundField) -> SafeString:
    """A form field's control, dressed by the design system."""
    return fields.widget(bound)


@register.filter
def kind(bound: BoundField) -> str:
    """How a form field is laid out: input, check, switch, choices or hidden."""
    return fields.kind(bound)


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField, **variables: Any) -> SafeString:
    """One form field: label, control, help, error."""
    return render_component(context, "field", {"field": bound, **variables})


@register.simple_tag(takes_context=True)
def component(context: Context, name: str, /, **variables: Any) -> SafeString:
    """A component without content of its own: ``{% component "badge" label="Paid" tone="success" %}``."""
    return render_component(context, name, variables)


class WrapNode(Node):
    """A component around content."""

    def __init__(
        self, name: FilterExpression, variables: dict[str, FilterExpression], inside: NodeList
    ) -> None:
        self.name, self.variables, self.nodelist = name, variables, inside

    def render(self, context: Context) -> SafeString:
        variables = {key: value.resolve(context) for key, value in self.variables.items()}
        parts: dict[str, str] = {}
        with context.push(**{PARTS: parts}):
            body = self.nodelist.render(context)
        return render_component(context, self.name.resolve(context), {**variables, **parts, "body": body})


class PartNode(Node):
    """A named piece of the content of a component."""

    def __init__(self, name: str, inside: NodeList) -> None:
        self.name, self.nodelist = name, inside

    def render(self, context: Context) -> SafeString:
        context[PARTS][self.name] = self.nodelist.render(context)
        return SafeString("")


@register.tag
def wrap(parser: Parser, token: Token) -> WrapNode:
    """``{% wrap "card" title="Payment" %} ... {% endwrap %}``; pieces go in ``{% part "actions" %}``."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("wrap needs the name of a component")
    variables = token_kwargs(bits[1:], parser)
    inside = parser.parse(("endwrap",))
    parser.delete_first_token()
    return WrapNode(parser.compile_filter(bits[0]), variables, inside)


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """A named piece inside ``wrap``."""
    bits = token.split_contents()[1:]
    if len(bits) != 1:
        raise template.TemplateSyntaxError("part needs one name")
    inside = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(bits[0].strip("\"'"), inside)
