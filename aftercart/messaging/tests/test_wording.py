"""Words are complete in every language, plural forms included."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftercart.messaging.liquid_env import environment
from aftercart.messaging.messages import LANGUAGES, mail_folder, registry, speakable
from aftercart.messaging.wording import WordingError, fill, load, words_for

COMPLETE = "".join(f'[{language}]\ngreeting = "Hello {{{{ name }}}}"\n' for language in LANGUAGES)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "words.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_kinds_have_all_words() -> None:
    assert {"order_confirmed", "question_received", "question_answered"} <= registry.keys()
    load(mail_folder("messaging") / "layout.toml")
    for kind in registry.values():
        assert set(load(kind.file("toml"))) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (COMPLETE.replace("[th]", "[de]"), "must have exactly the languages"),
        (COMPLETE + 'more = "only in Thai"\n', r"\[th\]: differs in \['more'\]"),
        (
            COMPLETE.replace('"Hello {{ name }}"', '{ count = "n", one = "{{ n }} item", other = "items" }'),
            r"\[pl\] greeting must have exactly",
        ),
    ],
)
def test_incomplete_words_are_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(WordingError, match=complaint):
        load(written(tmp_path, text))


def test_a_place_without_words_is_refused() -> None:
    with pytest.raises(WordingError, match="no words for"):
        fill("[[ greeting ]] [[ nothing ]]", {"greeting": "Hello"})


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["1 item", "2 items", "5 items", "21 items", "1,000 items"]),
        ("pl", ["1 sztuka", "2 sztuki", "5 sztuk", "21 sztuk", "1\xa0000 sztuk"]),
        (
            "ja",
            [
                "ご注文商品（1点）",
                "ご注文商品（2点）",
                "ご注文商品（5点）",
                "ご注文商品（21点）",
                "ご注文商品（1,000点）",
            ],
        ),
        ("ru", ["1 товар", "2 товара", "5 товаров", "21 товар", "1\xa0000 товаров"]),
        ("th", ["สินค้า 1 ชิ้น", "สินค้า 2 ชิ้น", "สินค้า 5 ชิ้น", "สินค้า 21 ชิ้น", "สินค้า 1,000 ชิ้น"]),
    ],
)
def test_plural_forms(language: str, expected: list[str]) -> None:
    words = words_for(registry["order_confirmed"], language, is_html=False)["lines_heading"]
    template = environment(language, is_html=False).from_string(words)
    assert [template.render(pieces=count) for count in (1, 2, 5, 21, 1000)] == expected


def test_words_are_escaped_for_html_and_their_liquid_is_not(tmp_path: Path) -> None:
    kind = registry["question_received"]
    assert "{{ shop.name }}" in words_for(kind, "en", is_html=True)["reason"]
    assert '{% if name != "" %}' in words_for(kind, "en", is_html=True)["greeting"]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("pl", "pl"), ("pl-PL", "pl"), ("ja_JP", "ja"), ("PT-br", "en"), ("", "en"), ("th", "th")],
)
def test_the_language_that_is_spoken(asked: str, spoken: str) -> None:
    assert speakable(asked) == spoken
