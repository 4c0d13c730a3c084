"""What strangers send: photos are made anew, everything else is refused in words."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageFile

from aftercart.kernel.uploads.photos import (
    BROKEN,
    HEIC,
    KEPT_SIDE,
    MOST_BYTES,
    NOT_A_PHOTO,
    SMALL_SIDE,
    TOO_HEAVY,
    TOO_MANY_PIXELS,
    TOO_SMALL,
    PhotoRefused,
    clean_photo,
)
from aftercart.kernel.uploads.testing import make_photo

SCRIPT = b"<script>alert(document.domain)</script>"
GPS = 0x8825


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it has so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4096, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_comes_out_as_jpeg_with_a_thumbnail(kind: str) -> None:
    photo = clean_photo(make_photo((3200, 2400), kind))
    assert (photo.width, photo.height) == (KEPT_SIDE, 1920)
    for content, side in ((photo.content, KEPT_SIDE), (photo.small, SMALL_SIDE)):
        picture = opened(content)
        assert (picture.format, picture.mode, max(picture.size)) == ("JPEG", "RGB", side)
    red, green, blue = opened(photo.content).getpixel((5, 5))  # type: ignore[misc]
    assert (red > 220, green > 200, blue > 170) == (True, True, True), "the light square is at the top left"


def test_where_it_was_taken_and_every_other_word_in_it_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    sent = make_photo(exif=exif, comment=b"at home with Sam")
    assert opened(sent).getexif().get_ifd(GPS), "the photo that is sent does carry a place"
    assert b"SecretPhone" in sent
    assert b"at home with Sam" in sent
    photo = clean_photo(sent)
    for content in (photo.content, photo.small):
        picture = opened(content)
        assert dict(picture.getexif()) == {}
        assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & set(picture.info)
        for trace in (b"SecretPhone", b"Sam", b"Exif", b"GPS"):
            assert trace not in content


@pytest.mark.parametrize(("orientation", "corner"), [(1, "left"), (3, "bottom right"), (6, "right")])
def test_it_stands_upright(orientation: int, corner: str) -> None:
    """Orientation 6 is a phone held upright: what was left top in the file is right top on the wall."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = clean_photo(make_photo((400, 300), exif=exif))
    assert (photo.width, photo.height) == ((300, 400) if orientation == 6 else (400, 300))
    places = {
        "left": (5, 5),
        "bottom right": (photo.width - 6, photo.height - 6),
        "right": (photo.width - 6, 5),
    }
    light = {name for name, place in places.items() if opened(photo.content).getpixel(place)[2] > 180}  # type: ignore[index]
    assert light == {corner}


def test_what_hides_behind_the_picture_does_not_come_along() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        photo = clean_photo(make_photo(kind=kind) + SCRIPT + b"PK\x03\x04")
        assert SCRIPT not in photo.content + photo.small


def test_a_png_with_a_script_in_its_text_loses_it() -> None:
    whole = make_photo(kind="PNG")
    hidden = whole[:-12] + chunk(b"tEXt", b"Comment\0" + SCRIPT) + whole[-12:]
    assert SCRIPT not in clean_photo(hidden).content


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(clean_photo(out.getvalue()).content).getpixel((30, 30)) == (255, 255, 255)


def test_an_animation_gives_its_first_picture() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("white", "black")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert opened(clean_photo(out.getvalue()).content).getpixel((30, 30)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", NOT_A_PHOTO),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", NOT_A_PHOTO),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', NOT_A_PHOTO),
        (SCRIPT, NOT_A_PHOTO),
        (b"GIF89a" + SCRIPT, NOT_A_PHOTO),
        (b"%PDF-1.7 " + SCRIPT, NOT_A_PHOTO),
        (b"MZ\x90\x00" + b"\0" * 64, NOT_A_PHOTO),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 64, HEIC),
        (b"\x00\x00\x00\x18ftypmif1" + b"\0" * 64, HEIC),
        (b"\xff\xd8\xff\xe0" + SCRIPT * 9, BROKEN),
        (b"\x89PNG\r\n\x1a\n" + SCRIPT, BROKEN),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 " + SCRIPT, BROKEN),
        (make_photo()[:400], BROKEN),
        (make_photo(kind="PNG", size=(900, 700))[:700], BROKEN),
        (make_photo((16, 4000)), TOO_SMALL),
        (bomb(50_000, 50_000), TOO_MANY_PIXELS),
        (bomb(6_000, 6_000), TOO_MANY_PIXELS),
        (bomb(40_000, 100), TOO_MANY_PIXELS),
        (b"\xff\xd8\xff" + b"\0" * MOST_BYTES, TOO_HEAVY),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_everything_else_is_refused_in_words(content: bytes, reason: object) -> None:
    with pytest.raises(PhotoRefused) as refused:
        clean_photo(content)
    assert str(refused.value) == str(reason)


def test_half_a_photo_is_refused_whatever_another_library_told_pillow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(PhotoRefused):
        clean_photo(make_photo()[:400])


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """The row says 900 MB of pixels; decoding stops at the header."""
    with pytest.raises(PhotoRefused, match="too many pixels"):
        clean_photo(bomb(20_000, 15_000))


def test_any_cut_or_flipped_byte_is_a_photo_or_a_refusal() -> None:
    """No file may end in an error page, whatever is wrong with it."""
    whole = make_photo((64, 48))
    outcomes = set()
    for place in range(0, len(whole), 7):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        for content in (bytes(spoilt), whole[:place]):
            try:
                outcomes.add(type(clean_photo(content)).__name__)
            except PhotoRefused:
                outcomes.add("refused")
    assert outcomes == {"Photo", "refused"}
