"""What the demo's shop sells: things for kitchen and table, named in five languages (``goods.csv``)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("pl", "ja", "ru", "th")


@dataclass(frozen=True, kw_only=True)
class Good:
    """A product. ``shape`` is how it is drawn; ``euro`` its price in cents; ``weight`` how well it sells."""

    handle: str
    shape: str
    hue: int
    euro: int
    weight: int
    options: tuple[str, ...]
    en: str
    titles: dict[str, str]


def _read() -> tuple[Good, ...]:
    path = Path(__file__).with_name("goods.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_good(row) for row in csv.DictReader(file))


def _good(row: dict[str, str]) -> Good:
    return Good(
        handle=row["handle"],
        shape=row["shape"],
        hue=int(row["hue"]),
        euro=int(row["euro"]),
        weight=int(row["weight"]),
        options=tuple(option for option in row["options"].split("|") if option),
        en=row["en"],
        titles={language: row[language] for language in LANGUAGES},
    )


GOODS = _read()

OPTION_WORDS = {
    "Sand": {"pl": "piaskowy", "ja": "サンド", "ru": "песочный", "th": "สีทราย"},
    "Moss": {"pl": "mech", "ja": "モス", "ru": "мох", "th": "สีมอส"},
    "Ink": {"pl": "atrament", "ja": "インク", "ru": "чернильный", "th": "สีหมึก"},
    "Small": {"pl": "mała", "ja": "小", "ru": "малая", "th": "เล็ก"},
    "Large": {"pl": "duża", "ja": "大", "ru": "большая", "th": "ใหญ่"},
    "Chalk": {"pl": "kreda", "ja": "チョーク", "ru": "мел", "th": "สีชอล์ก"},
    "Slate": {"pl": "łupek", "ja": "スレート", "ru": "сланец", "th": "สีหินชนวน"},
    "Sky": {"pl": "błękit", "ja": "スカイ", "ru": "небесный", "th": "สีฟ้า"},
    "Rust": {"pl": "rdza", "ja": "ラスト", "ru": "ржавчина", "th": "สีสนิม"},
    "Cream": {"pl": "krem", "ja": "クリーム", "ru": "кремовый", "th": "สีครีม"},
    "Stripe": {"pl": "w paski", "ja": "ストライプ", "ru": "в полоску", "th": "ลายทาง"},
    "Check": {"pl": "w kratkę", "ja": "チェック", "ru": "в клетку", "th": "ลายตาราง"},
    "Clear": {"pl": "przezroczysta", "ja": "クリア", "ru": "прозрачный", "th": "ใส"},
    "Smoke": {"pl": "dymna", "ja": "スモーク", "ru": "дымчатый", "th": "สีควัน"},
}
