"""Which encoding a text file has, and its bytes again as UTF-8, a piece at a time."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from charset_normalizer import from_bytes

from aftercart.connectors.files.errors import UnreadableFile

EXPORTED = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp874", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
LATIN, OTHER = (
    "A-Za-z\u00c0-\u024f",
    "\u0370-\u03ff\u0400-\u04ff\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af\uff66-\uff9f",
)
STRANGE = re.compile(
    f"[{LATIN}][{OTHER}]|[{OTHER}][{LATIN}]|[^\\W\\d_][³¹¿¶¾¼\ufffd]|[³¹¿¶¾¼][a-z]"
    "|[a-zà-ÿ][A-ZÀ-ÞŒŸ]|[а-яё][А-ЯЁ]|[\uff66-\uff9f]"
)
PIECE = 1 << 20
SAMPLE = 1 << 18
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def is_packed(path: Path) -> bool:
    """Whether the file is gzip, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def open_bytes(path: Path) -> BinaryIO:
    """The file's own bytes, unpacked when it is gzip."""
    return cast("BinaryIO", gzip.open(path, "rb")) if is_packed(path) else path.open("rb")


def pieces(path: Path) -> Iterator[bytes]:
    """The unpacked bytes of a file.

    Raises:
        UnreadableFile: when the packing is damaged.
    """
    try:
        with open_bytes(path) as file:
            while piece := file.read(PIECE):
                yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile(f"{path.name} is packed with gzip, but damaged: {error}.") from error


def detect_encoding(path: Path) -> str:
    """The name of the encoding: by its mark, else UTF-8 when all of it is, else the likeliest one."""
    sample, is_utf8, decoder = bytearray(), True, codecs.getincrementaldecoder("utf-8")()
    for number, piece in enumerate(pieces(path)):
        if number == 0 and (marked := _by_mark(piece)):
            return marked
        if is_utf8:
            is_utf8 = _decodes(decoder, piece)
        if len(sample) < SAMPLE:
            sample += _foreign_lines(piece)[: SAMPLE - len(sample)]
        elif not is_utf8:
            break
    if is_utf8 and _decodes(decoder, b"", final=True):
        return "utf-8"
    return _likeliest(bytes(sample))


def _by_mark(piece: bytes) -> str:
    return next((encoding for mark, encoding in MARKS if piece.startswith(mark)), "")


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _foreign_lines(piece: bytes) -> bytes:
    """The lines that tell encodings apart: those with bytes beyond ASCII."""
    if piece.isascii():
        return b""
    return b"\n".join(line for line in piece.split(b"\n") if not line.isascii())


def _likeliest(sample: bytes) -> str:
    """Of the encodings that shops' exports really have, the one under which the foreign words read best.

    Short samples read equally well in several; then words that mix alphabets, hold signs or turn to
    capitals inside decide, and at last the order of :data:`EXPORTED`.
    """
    words = b" ".join(word for word in re.split(rb"[\s;,|\"]+", sample) if not word.isascii())
    found = {match.encoding for match in from_bytes(words, cp_isolation=list(EXPORTED))}
    candidates = [encoding for encoding in EXPORTED if encoding in found]
    return min(candidates, key=lambda encoding: _strange(words, encoding), default="cp1252")


def _strange(words: bytes, encoding: str) -> float:
    """How many of the words look as if nobody had written them so, in proportion."""
    read = words.decode(encoding, errors="replace").split()
    return round(sum(bool(STRANGE.search(word)) for word in read) / max(len(read), 1), 2)


def write_utf8(path: Path, encoding: str, target: Path) -> int:
    """Write the file anew as plain UTF-8; returns how many characters could not be read (as ``�``).

    Raises:
        UnreadableFile: when the encoding has no such name.
    """
    try:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    except LookupError as error:
        raise UnreadableFile(f"{encoding!r} is no encoding; write one such as utf-8 or cp1250.") from error
    lost = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        for piece in pieces(path):
            decoded = decoder.decode(piece)
            lost += decoded.count("\ufffd")
            out.write(decoded)
        out.write(decoder.decode(b"", final=True))
    return lost
