"""Addresses of static files that change with their content, so browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

MODULES = "/js/"


def asset_url(path: str) -> str:
    """``ui/ui.css`` as ``/static/ui/ui.css?v=1a2b3c4d``.

    Modules import each other by name, and a second address would be a second copy, so they keep theirs
    and browsers ask again each time.
    """
    return _address(path) if settings.DEBUG else _address_once(path)


def _address(path: str) -> str:
    if MODULES in path:
        return static(path)
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"No static file {path!r}")
    version = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:8]
    return f"{static(path)}?v={version}"


_address_once = cache(_address)
