"""A stranger's file made into a photo of ours, or refused in words. Pure: no database, no clock, no disk.

What comes out is drawn anew from the pixels: nothing of the file itself survives, so neither a place in its
metadata nor a script behind its last byte does.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 32_000_000, "WEBP": 32_000_000}
"""What is decoded at most. A JPEG is decoded smaller than it is; the others take 4 bytes a pixel."""
SMALLEST_SIDE = 32
LONGEST_SIDE = 30_000
KEPT_SIDE = 2560
SMALL_SIDE = 480
QUALITY = 85
MEDIA_TYPE = "image/jpeg"
ACCEPT = "image/jpeg,image/png,image/webp"
"""For a file field. A phone offers its camera, and an iPhone sends JPEG instead of HEIC."""

NOT_A_PHOTO = _("This is not a photo we can read. Please send a JPEG, PNG or WebP picture.")
HEIC = _(
    "Photos in Apple's HEIC format cannot be read here. Please send it as JPEG: take a screenshot of the photo, or "
    "choose “Most Compatible” in the camera's settings."
)
TOO_HEAVY = _("This photo is too large: at most 15 MB fit.")
TOO_MANY_PIXELS = _("This picture has too many pixels to be a photo of a parcel. Please send a smaller one.")
TOO_SMALL = _("This picture is too small to see anything on it.")
BROKEN = _("This photo arrived incomplete. Please choose it again.")


class PhotoRefused(Exception):
    """The file is not taken. The message says why, in the words of whoever sent it."""

    def __init__(self, reason: object) -> None:
        super().__init__(str(reason))


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo as it is kept: JPEG, upright, without metadata; sides in pixels."""

    content: bytes
    small: bytes
    width: int
    height: int


def clean_photo(content: bytes) -> Photo:
    """The photo in a stranger's file.

    Raises:
        PhotoRefused: when it is too large, no photo by its content, broken, or a decompression bomb.
    """
    if len(content) > MOST_BYTES:
        raise PhotoRefused(TOO_HEAVY)
    kind = kind_of(content)
    try:
        picture = _decoded(content, kind)
        full, small = _drawn_anew(picture, KEPT_SIDE), _drawn_anew(picture, SMALL_SIDE)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoRefused(TOO_MANY_PIXELS) from error
    except PhotoRefused:
        raise
    except Exception as error:  # a decoder trips over a hostile file in many ways: none of them is our fault
        raise PhotoRefused(BROKEN) from error
    return Photo(content=_encoded(full), small=_encoded(small), width=full.width, height=full.height)


def kind_of(content: bytes) -> str:
    """``JPEG``, ``PNG`` or ``WEBP`` by the file's first bytes; its name and its declared type say nothing.

    Raises:
        PhotoRefused: when it begins like none of them.
    """
    if content[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"}:
        raise PhotoRefused(HEIC)
    raise PhotoRefused(NOT_A_PHOTO)


def _decoded(content: bytes, kind: str) -> Image.Image:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # libraries that draw PDFs let Pillow make do with half a file
    picture: Image.Image = Image.open(io.BytesIO(content), formats=[kind])
    if picture.width * picture.height > MOST_PIXELS[kind] or max(picture.size) > LONGEST_SIDE:
        raise PhotoRefused(TOO_MANY_PIXELS)
    if min(picture.size) < SMALLEST_SIDE:
        raise PhotoRefused(TOO_SMALL)
    picture.draft(
        "RGB", (KEPT_SIDE, KEPT_SIDE)
    )  # a JPEG is scaled while it is decoded: a quarter of the memory
    picture.load()
    return ImageOps.exif_transpose(picture)


def _drawn_anew(picture: Image.Image, side: int) -> Image.Image:
    """A fresh picture with the same pixels, at most ``side`` long, transparency on white."""
    scaled = (
        picture.convert("RGBA") if "A" in picture.getbands() or "transparency" in picture.info else picture
    )
    scaled = scaled.convert("RGB") if scaled.mode != "RGBA" else scaled
    scaled = scaled.copy()
    scaled.thumbnail((side, side))
    fresh = Image.new("RGB", scaled.size, "white")
    fresh.paste(scaled, mask=scaled.getchannel("A") if scaled.mode == "RGBA" else None)
    return fresh


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
