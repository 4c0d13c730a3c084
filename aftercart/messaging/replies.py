"""What a shopper means by a reply to a text message: pure decisions on words.

A shopper may take consent back in any reasonable wording, so politeness and the word "texts" around a stop
word are looked past. What else is said decides: "Cancel my order" is a question, not a withdrawal.
"""

from __future__ import annotations

import unicodedata

STOP, START, OTHER = "stop", "start", "other"
LONGEST = 60

_STOPS = {
    *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke", "unsub"),
    *("wypisz", "rezygnuję", "rezygnuje", "anuluj", "koniec", "zakończ", "zakoncz", "rezygnacja"),
    *(
        "стоп",
        "отписаться",
        "отпишите",
        "отписка",
        "отмена",
        "отменить",
        "хватит",
        "прекратить",
        "прекратите",
    ),
    *("停止", "配信停止", "ストップ", "解除", "登録解除", "購読解除", "キャンセル", "中止", "やめて", "終了"),
    *("หยุด", "ยกเลิก", "เลิก", "หยุดส่ง", "เลิกส่ง", "ยกเลิกการรับ", "เลิกรับ"),
}
_STARTS = {
    *("start", "unstop", "resume", "subscribe"),
    *("wznów", "wznow", "начать", "возобновить", "старт", "再開", "開始", "配信再開", "スタート"),
    *("เริ่ม", "เริ่มใหม่", "สมัคร"),
}
_AROUND = {
    *(
        "please",
        "pls",
        "plz",
        "thanks",
        "thank",
        "you",
        "sms",
        "texts",
        "text",
        "texting",
        "messages",
        "message",
    ),
    *("messaging", "sending", "me", "all", "now", "these", "the", "to", "from", "out", "opt", "it", "this"),
    *(
        "proszę",
        "prosze",
        "mnie",
        "smsy",
        "wiadomości",
        "wiadomosci",
        "wysyłanie",
        "dziękuję",
        "dziekuje",
        "z",
    ),
    *("пожалуйста", "меня", "мне", "смс", "сообщения", "рассылку", "рассылка", "от", "спасибо", "присылать"),
}
_ENDINGS = (
    *("してください", "して下さい", "ください", "下さい", "お願いします", "します", "して", "を"),
    *("ครับ", "ค่ะ", "คะ", "นะ", "ด้วย", "ข้อความ", "sms"),
)


def meaning(text: str) -> str:
    """``stop``, ``start`` or ``other``."""
    words = _words(text)
    if not words or sum(map(len, words)) > LONGEST:
        return OTHER
    said = {_bare(word) for word in words}
    if " ".join(words) in {"opt out", "opt me out", "please opt me out"}:
        return STOP
    left = said - _AROUND
    if left and left <= _STOPS:
        return STOP
    return START if left and left <= _STARTS else OTHER


def _words(text: str) -> list[str]:
    """Lower-case words without punctuation, wide letters made narrow; marks that belong to letters stay."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = [" " if unicodedata.category(letter)[0] in "PSZC" else letter for letter in folded]
    return "".join(kept).split()


def _bare(word: str) -> str:
    """A word of a language without spaces, without the polite endings."""
    if word in _STOPS or word in _STARTS:
        return word
    for ending in _ENDINGS:
        if word != ending and word.endswith(ending):
            return _bare(word.removesuffix(ending))
    return word
