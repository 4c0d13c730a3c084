"""Photos for tests, drawn here: nobody's."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from PIL import Image
from pytest_django.fixtures import Settings


@pytest.fixture
def uploads_here(settings: Settings, tmp_path: Path) -> Path:
    """Uploads lie in this folder as long as the test runs."""
    folder = tmp_path / "uploads"
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "uploads": own}
    assert storages["uploads"].path("") == str(folder)
    return folder


def make_photo(
    size: tuple[int, int] = (640, 480), kind: str = "JPEG", colour: str = "#b08050", **saved: Any
) -> bytes:
    """The bytes of a picture with a lighter square at its top left."""
    picture = Image.new("RGB", size, colour)
    picture.paste("#f0e0c0", (0, 0, size[0] // 4, size[1] // 4))
    out = io.BytesIO()
    picture.save(out, kind, **saved)
    return out.getvalue()
