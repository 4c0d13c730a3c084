"""Which language is spoken, what may be published, where a part goes."""

from __future__ import annotations

import pytest

from aftercart.guides.rules import GuideRefused, may_publish, moved, progress, spoken, video_link

GUIDE = ("guide", {"en": {"title": "Season"}, "pl": {"title": "Zahartuj"}})
STEP = ("step", {"en": {"title": "Wash"}, "pl": {"title": " "}})


def test_progress_counts_the_words_that_are_needed() -> None:
    assert progress([GUIDE, STEP], "en").is_complete
    half = progress([GUIDE, STEP], "pl")
    assert (half.written, half.wanted, half.is_complete) == (1, 2, False)


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [(["pl", "en"], "en"), (["en", "pl"], "en"), (["ja", "pl"], "en"), (["ja"], "en"), ([], "en")],
)
def test_a_guide_is_shown_whole_or_in_its_most_complete_language(preferred: list[str], expected: str) -> None:
    assert spoken([GUIDE, STEP], preferred) == expected


def test_a_guide_without_words_speaks_the_first_preferred() -> None:
    assert spoken([("guide", {})], ["th", "en"]) == "th"


def test_publishing_needs_one_whole_language_and_something_to_read() -> None:
    may_publish([GUIDE, STEP], ["en"])
    with pytest.raises(GuideRefused, match="Finish one language"):
        may_publish([GUIDE, STEP], ["pl"])
    with pytest.raises(GuideRefused, match="at least one step"):
        may_publish([GUIDE], ["en"])


@pytest.mark.parametrize(
    "text", ["http://video.example/1", "javascript:alert(1)", "https://", "https://local/x", "x"]
)
def test_a_video_is_a_web_address(text: str) -> None:
    with pytest.raises(GuideRefused):
        video_link(text)


def test_a_video_may_be_left_out() -> None:
    assert video_link(" ") == ""
    assert video_link(" https://video.example/1 ") == "https://video.example/1"


@pytest.mark.parametrize(
    ("which", "by", "expected"),
    [(2, -1, [2, 1, 3]), (2, 1, [1, 3, 2]), (1, -1, [1, 2, 3]), (3, 1, [1, 2, 3]), (1, 9, [2, 3, 1])],
)
def test_a_part_moves_and_stops_at_the_ends(which: int, by: int, expected: list[int]) -> None:
    assert moved([1, 2, 3], which, by) == expected


def test_a_part_that_is_gone_does_not_move() -> None:
    with pytest.raises(GuideRefused, match="gone"):
        moved([1], 2, 1)
