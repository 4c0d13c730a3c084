"""Random rules and random people for the property that deciding equals searching."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from aftercart.kernel.rules.facts import Collection, Fact, Subject
from aftercart.kernel.rules.kinds import (
    BOOLEAN,
    CHOICE,
    COUNTRY,
    DATE,
    DATETIME,
    LIST,
    MONEY,
    NUMBER,
    TEXT,
    Kind,
)
from aftercart.kernel.rules.operators import OPERATORS, Operator, Takes
from aftercart.kernel.rules.reading import COUNT, measuring

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = (
    *("Łódź", "żółw", "Żółć", "e\u0301", "naïve"),
    *("ＴＯＫＹＯ", "とうきょう", "トウキョウ", "ﾄｳｷｮｳ", "東京都", "ガ", "ｶﾞ", "x\u3000y", "x y"),
    *("Ёлка", "елка", "Москва", "กรุงเทพฯ", "น้ำ", "นํ้า"),
    *("İstanbul", "ISPARTA", "ısparta", "i\u0307zmir", "i", "I", "İ", "ı"),
    *("straße", "STRASSE", "STRAẞE", "ss", "s", "S", "Σίσυφος", "ΣΊΣΥΦΟΣ", "ﬁn", "FIN", "\u212aelvin"),
    *(
        "a.b*c",
        "50% off_",
        "[x]",
        "back\\slash",
        "(a|b)$",
        "^",
        "'",
        '"',
        "new\nline",
        "ǰ",
        "ΐ",
        "ŉ",
        "ᾈ",
        "🙂",
    ),
)
SHAPES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    str.title,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFKC", text),
    lambda text: text[:2],
    lambda text: text[-2:],
)
any_character = st.characters(exclude_categories=["Cs", "Cc"])


def texts() -> st.SearchStrategy[str]:
    """Words of five scripts in many shapes, sometimes two of them, sometimes anything at all."""
    word = st.builds(lambda shape, word: shape(word), st.sampled_from(SHAPES), st.sampled_from(WORDS))
    two = st.builds(lambda a, b: a + b, word, word)
    return st.one_of(word, two, st.text(any_character, min_size=1, max_size=4)).filter(bool)


MINUTES = st.sampled_from(
    [-1_000_000, -60 * 24 * 30, -60, -1, 0, 1, 60, 60 * 24 * 7, 60 * 24 * 30, 1_000_000]
)
STEPS = st.sampled_from(
    [timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1), timedelta(seconds=30)]
)
moments = st.builds(lambda minutes, step: NOW + timedelta(minutes=minutes) + step, MINUTES, STEPS)
days = st.builds(
    lambda offset: NOW.date() + timedelta(days=offset), st.integers(-370, 370)
) | st.sampled_from([date(1992, 2, 29), date(2026, 2, 28), date(2026, 3, 1), date(2026, 1, 30)])
amounts = st.sampled_from([0, 1, -1, 100, 4999, 5000, 5001, 10**12]) | st.integers(-(10**6), 10**6)
currencies = st.sampled_from(["EUR", "PLN", "JPY"])
numbers = st.sampled_from([0, 1, 2, 3, -1, 10**6])
cents = st.integers(-99_999, 99_999).map(lambda cents: Decimal(cents) / 100) | st.sampled_from(
    [Decimal("4.50"), Decimal("0.1"), Decimal("0.3")]
)
spans = st.one_of(
    st.builds(lambda days: {"days": days}, st.sampled_from([0, 1, 7, 30, 400])),
    st.builds(lambda weeks: {"weeks": weeks}, st.integers(0, 3)),
)
short_spans = st.builds(lambda unit, n: {unit: n}, st.sampled_from(["minutes", "hours"]), st.integers(0, 60))


def people() -> st.SearchStrategy[list[dict[str, Any]]]:
    """A few people with their purchases and items, any field unknown at times."""
    return st.lists(_person(), min_size=1, max_size=6)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _person() -> st.SearchStrategy[dict[str, Any]]:
    tags = st.lists(texts() | st.sampled_from(["vip", "VIP", "sale"]), max_size=3)
    odd_tags: list[Any] = ["vip", {"a": "vip"}, 7, [1, None, "sale"]]
    return st.fixed_dictionaries(
        {
            "name": _maybe(texts() | st.just("")),
            "country": st.sampled_from(["", "PL", "DE", "JP"]),
            "language": st.sampled_from([None, "", "pl", "ja", "xx"]),
            "tags": _maybe(tags | st.sampled_from(odd_tags)),
            "is_vip": _maybe(st.booleans()),
            "born_on": _maybe(days),
            "seen_at": _maybe(moments),
            "points": _maybe(numbers),
            "rating": _maybe(cents),
            "balance": _maybe(amounts),
            "currency": currencies | st.just(""),
            "friend": st.integers(-1, 5),
            "purchases": st.lists(_purchase(), max_size=4),
        }
    )


def _purchase() -> st.SearchStrategy[dict[str, Any]]:
    item = st.fixed_dictionaries({"sku": texts() | st.sampled_from(["A-1", ""]), "quantity": _maybe(numbers)})
    return st.fixed_dictionaries(
        {
            "number": texts() | st.just(""),
            "state": st.sampled_from(["paid", "sent", "returned"]),
            "placed_at": _maybe(moments),
            "paid_on": _maybe(days),
            "total": _maybe(amounts),
            "currency": currencies,
            "weight": _maybe(cents),
            "items": st.lists(item, max_size=3),
        }
    )


def rules(subject: Subject) -> st.SearchStrategy[dict[str, Any]]:
    """Valid rules about a subject, with every operator and every way to ask about related things."""
    return _tree(subject, 3).map(lambda tree: {"version": 1, **tree})


def _tree(subject: Subject, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    facts = st.sampled_from(list(subject.facts.values()))
    leaf = facts.flatmap(
        lambda fact: st.sampled_from(list(OPERATORS[fact.kind].values())).flatmap(lambda op: _leaf(fact, op))
    )
    if depth == 0:
        return leaf
    inner = st.deferred(lambda: _tree(subject, depth - 1))
    collections = st.sampled_from(list(subject.collections.values())) if subject.collections else st.nothing()
    return st.one_of(
        leaf,
        collections.flatmap(lambda found: _over(found, depth)),
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    )


def _leaf(fact: Fact, operator: Operator) -> st.SearchStrategy[dict[str, Any]]:
    base: dict[str, st.SearchStrategy[Any]] = {"fact": st.just(fact.path), "op": st.just(operator.name)}
    if fact.parameters:
        base["with"] = st.fixed_dictionaries(
            {each.name: st.sampled_from([code for code, _ in each.allowed()]) for each in fact.parameters}
        )
    return st.fixed_dictionaries(base | _value(operator, fact))


def _over(found: Collection, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    where = _tree(found.of, depth - 1)
    related = st.sampled_from(["some", "none", "every"]).flatmap(
        lambda head: st.fixed_dictionaries({head: st.just(found.path), "where": where})
    )
    counted = st.sampled_from(list(measuring("count", COUNT).values())).flatmap(
        lambda op: st.fixed_dictionaries(
            {"count": st.just(found.path), "op": st.just(op.name)} | _value(op, COUNT),
            optional={"where": where},
        )
    )
    return st.one_of(related, counted, _measured(found, where))


def _measured(found: Collection, where: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    pairs = [
        (head, fact, operator)
        for fact in found.of.facts.values()
        for head in ("sum", "average", "min", "max")
        if fact.kind in (NUMBER, MONEY) or (fact.kind in (DATE, DATETIME) and head in ("min", "max"))
        for operator in measuring(head, fact).values()
    ]
    return st.sampled_from(pairs).flatmap(
        lambda pair: st.fixed_dictionaries(
            {pair[0]: st.just(found.path), "of": st.just(pair[1].path), "op": st.just(pair[2].name)}
            | _value(pair[2], pair[1]),
            optional={"where": where},
        )
    )


def _value(operator: Operator, fact: Fact) -> dict[str, st.SearchStrategy[Any]]:
    if operator.takes is Takes.NOTHING:
        return {}
    one = _one(fact.kind, fact)
    if operator.takes is Takes.ONE:
        return {"value": one}
    if operator.takes is Takes.MANY:
        return {"value": st.lists(one, min_size=1, max_size=3)}
    if operator.takes is Takes.PAIR:
        return {"value": _pair(one, fact)}
    return {"value": spans | short_spans if fact.kind is DATETIME else spans}


def _pair(one: st.SearchStrategy[Any], fact: Fact) -> st.SearchStrategy[list[Any]]:
    if fact.kind is not MONEY:
        return st.lists(one, min_size=2, max_size=2).map(sorted)
    return st.tuples(amounts, amounts, currencies).map(
        lambda drawn: [{"minor": minor, "currency": drawn[2]} for minor in sorted(drawn[:2])]
    )


def _one(kind: Kind, fact: Fact) -> st.SearchStrategy[Any]:
    by_kind: dict[Kind, st.SearchStrategy[Any]] = {
        TEXT: texts(),
        LIST: texts() | st.sampled_from(["vip", "sale"]),
        CHOICE: st.sampled_from([code for code, _ in fact.options().choices] or ["?"]),
        COUNTRY: st.sampled_from(["PL", "DE", "JP", "TH"]),
        NUMBER: cents.map(float) if fact.places else numbers,
        MONEY: st.fixed_dictionaries({"minor": amounts, "currency": currencies}),
        BOOLEAN: st.booleans(),
        DATE: days.map(str),
        DATETIME: moments.map(lambda moment: moment.isoformat()),
    }
    return by_kind[kind]
