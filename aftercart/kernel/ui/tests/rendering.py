"""Renders a piece of template as a page would."""

from __future__ import annotations

from typing import Any

from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory


def render(source: str, path: str = "/", /, **context: Any) -> str:
    """The text of a template with a request of the given path."""
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    return str(engine.from_string(source).render(context, RequestFactory().get(path)))
