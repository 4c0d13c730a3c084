"""Addresses of static files that change with their content, so browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static


def asset_url(path: str) -> str:
    """``ui/ui.css`` as ``/static/ui/ui.css?v=1a2b3c4d``."""
    version = _digest(path) if settings.DEBUG else _digest_once(path)
    return f"{static(path)}?v={version}"


@cache
def _digest_once(path: str) -> str:
    return _digest(path)


def _digest(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"No static file {path!r}")
    file = Path(found)
    if file.suffix != ".js":
        return hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    whole = hashlib.sha256()
    for sibling in sorted(file.parent.glob("*.js")):
        whole.update(sibling.read_bytes())
    return whole.hexdigest()[:8]
