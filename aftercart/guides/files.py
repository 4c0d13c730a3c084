"""The files behind guides: pictures of steps and documents to download, under names that chance chose.

They are public, as the guides are. What a person sends in private belongs to the kernel's uploads.
"""

from __future__ import annotations

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from aftercart.guides.rules import GuideRefused
from aftercart.kernel.uploads.photos import PhotoRefused, clean_photo

MOST_BYTES = 20 * 1024 * 1024
PDF = b"%PDF-"


def keep_picture(file: UploadedFile[bytes]) -> tuple[str, int, int]:
    """Keep a step's picture, drawn anew; gives its name, width and height in pixels.

    Raises:
        GuideRefused: when it is no picture we can read.
    """
    try:
        photo = clean_photo(bytes(file.read()))
    except PhotoRefused as refused:
        raise GuideRefused(str(refused)) from refused
    name = f"{secrets.token_hex(16)}.jpg"
    default_storage.save(_path(name), ContentFile(photo.content))
    return name, photo.width, photo.height


def keep_document(file: UploadedFile[bytes]) -> tuple[str, str, int]:
    """Keep a document to download; gives the name it lies under, the name it is saved as, and its bytes.

    Raises:
        GuideRefused: when it is no PDF, or too large.
    """
    if file.size is None or file.size > MOST_BYTES:
        raise GuideRefused("A document has at most 20 MB.")
    content = bytes(file.read())
    if not content.startswith(PDF):
        raise GuideRefused("A document to download is a PDF file.")
    name = f"{secrets.token_hex(16)}.pdf"
    default_storage.save(_path(name), ContentFile(content))
    shown = get_valid_filename((file.name or "").rpartition("/")[2] or "guide.pdf")[-120:]
    return name, shown if shown.lower().endswith(".pdf") else f"{shown}.pdf", len(content)


def read(name: str) -> bytes:
    """The bytes of a file.

    Raises:
        FileNotFoundError: when it is gone.
    """
    with default_storage.open(_path(name)) as file:
        return bytes(file.read())


def drop(*names: str) -> None:
    """Delete files; what is gone already stays so."""
    for name in filter(None, names):
        default_storage.delete(_path(name))


def _path(name: str) -> str:
    return f"guides/{name}"
