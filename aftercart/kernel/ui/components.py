"""Renders components: a template each under ``ui/components``, with only the variables it is given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.template import Context, Engine
from django.template.base import Template
from django.utils.safestring import SafeString

SHARED = ("request", "csrf_token", "LANGUAGE_CODE", "theme")


def render_component(context: Context, name: str, variables: Mapping[str, Any]) -> SafeString:
    """One component's HTML. It sees ``variables`` and what every page has, nothing else of the page.

    Raises:
        TemplateDoesNotExist: when there is no ``ui/components/NAME.html``.
    """
    engine = context.template.engine if context.template else Engine.get_default()
    shared = {key: context[key] for key in SHARED if key in context}
    found = _reread(engine, name) if engine.debug else _once(engine, name)
    return found.render(context.new({**shared, **variables}))


def _reread(engine: Engine, name: str) -> Template:
    return engine.get_template(f"ui/components/{name}.html")


_once = cache(_reread)
