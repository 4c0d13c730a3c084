"""Carriers' labels as files: checked by content, kept where no address leads.

A label is printed as it came, so a PDF is kept byte for byte (and never shown inside a page of ours); a PNG is
drawn anew without loss, since a barcode must stay sharp.
"""

from __future__ import annotations

import io
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from aftercart.orders.rules import Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 16_000_000
ACCEPT = "application/pdf,image/png"
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png"}
RUNS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction")
"""What a label has no reason to hold."""


def storage() -> Storage:
    """The data folder's ``labels``, or what ``STORAGES["labels"]`` names."""
    return storages["labels"]


def checked(file: UploadedFile[bytes]) -> tuple[str, bytes]:
    """A label's ending and bytes; name and declared type are not looked at.

    Raises:
        Refused: when it is neither PDF nor PNG, too large, broken, or would run something.
    """
    if file.size is None or file.size > MOST_BYTES:
        raise Refused("A label has at most 5 MB.")
    content = bytes(file.read())
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "png", _drawn_anew(content)
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise Refused("A label is a PDF or PNG file.")
    if any(word in content for word in RUNS):
        raise Refused("This PDF wants to run something: print it from the carrier's own page.")
    return "pdf", content


def keep(ending: str, content: bytes) -> str:
    """Put a label in place; gives the name it lies under."""
    name = f"{secrets.token_hex(16)}.{ending}"
    storage().save(name, ContentFile(content))
    return name


def read(name: str) -> bytes:
    """The bytes of a label.

    Raises:
        FileNotFoundError: when it is gone.
    """
    with storage().open(name) as file:
        return bytes(file.read())


def drop(*names: str) -> None:
    """Delete labels; what is gone already stays so."""
    for name in names:
        storage().delete(name)


def _drawn_anew(content: bytes) -> bytes:
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=["PNG"])
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused("This picture has too many pixels to be a label.")
        picture.load()
    except Refused:
        raise
    except Exception as error:  # a decoder trips over a hostile file in many ways
        raise Refused("This label arrived incomplete. Please choose it again.") from error
    out, fresh = io.BytesIO(), Image.new("RGB", picture.size, "white")
    whole = picture.convert("RGBA")
    fresh.paste(whole, mask=whole.getchannel("A"))
    fresh.save(out, "PNG")
    return out.getvalue()
