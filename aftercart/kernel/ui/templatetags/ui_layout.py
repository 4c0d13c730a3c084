"""Template tags that the layouts and a few components use."""

from __future__ import annotations

import zlib
from typing import Any

from django import template
from django.conf import settings
from django.shortcuts import resolve_url
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aftercart.kernel.ui import navigation
from aftercart.kernel.ui.accents import is_accent

register = template.Library()

TONES = {"error": "danger", "warning": "warn", "debug": "info"}
TONE_ICONS = {
    "success": "circle-check",
    "warn": "triangle-alert",
    "danger": "octagon-alert",
    "info": "info",
    "accent": "sparkles",
}


@register.simple_tag(takes_context=True)
def desk_links(context: Context) -> list[tuple[str, list[navigation.Link]]]:
    """The desk's menu for this request."""
    return navigation.links(context["request"])


@register.simple_tag
def desk_home() -> str:
    """Where the desk begins."""
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@register.simple_tag(takes_context=True)
def account_places(context: Context) -> list[dict[str, Any]]:
    """The pages of one's own account."""
    return navigation.account(context["request"].path)


@register.simple_tag
def page_languages(channel: Any = None) -> list[tuple[str, str]]:
    """Languages to choose from, each named in itself: the channel's, or all."""
    wanted = getattr(channel, "languages", None) or [code for code, _ in settings.LANGUAGES]
    return [(code, name) for code, name in settings.LANGUAGES if code in wanted]


@register.simple_tag
def channel_theme(channel: Any = None) -> SafeString:
    """The stylesheet that carries a channel's accent colour; nothing when it has none."""
    theme = getattr(channel, "theme", None) or {}
    accent = theme.get("accent", "")
    if not is_accent(accent):
        return SafeString("")
    try:
        address = reverse("ui-accent", kwargs={"colour": accent.removeprefix("#").lower()})
    except NoReverseMatch:
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', address)


@register.simple_tag(takes_context=True)
def example(context: Context, template_name: str, sample: dict[str, Any]) -> SafeString:
    """One example of the style page, with its sample data."""
    engine = context.template.engine if context.template else template.Engine.get_default()
    return engine.get_template(template_name).render(context.new({"request": context["request"], **sample}))


@register.filter
def tone(value: str) -> str:
    """Django's message levels and our own tones as a tone."""
    name = (value or "").split(" ")[-1]
    return TONES.get(name, name)


@register.filter
def tone_class(value: str) -> str:
    """The class of a tone."""
    return f"tone-{tone(value)}" if value else ""


@register.filter
def tone_icon(value: str) -> str:
    """The icon of a tone, so colour is never alone."""
    return TONE_ICONS.get(tone(value), "info")


@register.filter
def hue_step(value: object) -> int:
    """A number from 0 to 6 that stays with a name."""
    return zlib.crc32(str(value).encode()) % 7
