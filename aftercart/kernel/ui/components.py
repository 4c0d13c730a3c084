"""Renders components: a template each under ``ui/components``, with only the variables it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString

SHARED = ("request", "csrf_token", "LANGUAGE_CODE", "theme")


def render_component(context: Context, name: str, variables: Mapping[str, Any]) -> SafeString:
    """One component's HTML. It sees ``variables`` and what every page has, nothing else of the page.

    Raises:
        TemplateDoesNotExist: when there is no ``ui/components/NAME.html``.
    """
    engine = context.template.engine if context.template else Engine.get_default()
    shared = {key: context[key] for key in SHARED if key in context}
    return engine.get_template(f"ui/components/{name}.html").render(context.new({**shared, **variables}))
