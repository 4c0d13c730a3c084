"""Encodings, delimiters and broken files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from aftercart.connectors.files.dialect import Dialect, detect_dialect
from aftercart.connectors.files.encoding import detect_encoding, write_utf8
from aftercart.connectors.files.errors import UnreadableFile
from aftercart.connectors.files.mending import mend
from aftercart.connectors.files.opening import find_files, look_at, open_file

TEXTS = {
    "cp1250": "Zofia Żak;Łódź;Łyżka wysłana",
    "cp1251": "Заказ;Иван Петров;Москва;Чашка",
    "cp1252": "Müller;Straße 5;Köln;Café;£5\nJosé;Málaga",
    "cp932": "注文番号;ありがとうございます。本日発送いたします。",
    "cp874": "คำสั่งซื้อ;สมชาย ใจดี;กรุงเทพ;ถ้วย",
    "koi8_r": "Заказ;Иван Петров;Москва;Чашка\nМария;Санкт-Петербург",
    "utf-8": "Żółć;注文;Чашка",
}


@pytest.mark.parametrize(("encoding", "text"), TEXTS.items())
def test_the_encoding_is_detected_and_turned_into_utf8(tmp_path: Path, encoding: str, text: str) -> None:
    path, target = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_bytes(f"a;b;c\n{text}\n".encode(encoding))
    assert detect_encoding(path) == encoding
    assert write_utf8(path, encoding, target) == 0
    assert target.read_text(encoding="utf-8") == f"a;b;c\n{text}\n"


def test_packed_and_marked_files_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "in.csv.gz"
    path.write_bytes(gzip.compress("\ufeffa,b\nŻ,1\n".encode()))
    assert detect_encoding(path) == "utf-8-sig"
    opened = open_file(look_at(path), tmp_path)
    assert opened.headings == ("a", "b")
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(UnreadableFile, match="damaged"):
        detect_encoding(path)


@pytest.mark.parametrize(
    ("sample", "dialect"),
    [
        ("a,b\n1,2\n", Dialect(delimiter=",")),
        ('a;b\n"1,5;";2,5\n', Dialect(delimiter=";")),
        ("a\tb, c\n1\t2\n", Dialect(delimiter="\t")),
        ("a|b\n1|2\n", Dialect(delimiter="|")),
        ("'a,1','b'\n'1,2','x'\n", Dialect(delimiter=",", quote="'")),
        ("alone\n1\n", Dialect(delimiter=",")),
    ],
)
def test_delimiter_and_quote_are_detected(sample: str, dialect: Dialect) -> None:
    assert detect_dialect(sample) == dialect


def test_broken_records_are_named_and_the_others_kept(tmp_path: Path) -> None:
    path, target = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text('a,b\n1,2\n3,4,5\n"two\nlines",6\n7\n', encoding="utf-8")
    broken = list(mend(path, Dialect(delimiter=","), target))
    assert [(one.row, one.reason) for one in broken] == [(3, "this row has 3 cells, the heading has 2")]
    rows = target.read_text(encoding="utf-8").splitlines()
    assert rows == ['"_row","a","b"', '"2","1","2"', '"4","two', 'lines","6"', '"5","7",""']


def test_files_we_cannot_read_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is not there"):
        find_files([tmp_path / "nowhere.csv"])
    with pytest.raises(UnreadableFile, match="Nothing to import"):
        find_files([tmp_path])
    for name, content, words in (
        ("empty.csv", b"", "is empty"),
        ("book.xlsx", b"PK\x03\x04rest", "save it as CSV"),
        ("odd.parquet", b"PAR1 nonsense", "is not a Parquet file"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UnreadableFile, match=words):
            open_file(look_at(path), tmp_path)


def test_a_path_with_pattern_marks_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "orders [1].csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    opened = open_file(look_at(path), tmp_path)
    assert "[" not in opened.path.name
    assert opened.path.resolve() == path.resolve()
