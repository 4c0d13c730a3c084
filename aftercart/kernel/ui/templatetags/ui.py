"""Template tags of the design system, available in every template without ``{% load %}``."""

from __future__ import annotations

from django import template

register = template.Library()
