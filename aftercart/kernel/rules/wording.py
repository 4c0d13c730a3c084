"""How one question reads: "country is Poland", "ordered at least 2 times in the last 90 days"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aftercart.kernel.rules import tree
from aftercart.kernel.rules.facts import Fact
from aftercart.kernel.rules.kinds import BOOLEAN, DATE, DATETIME
from aftercart.kernel.rules.operators import Operator, Takes

Say = Callable[[tree.Node], str]
EXTREMES = {
    ("min", True): "earliest",
    ("max", True): "latest",
    ("min", False): "smallest",
    ("max", False): "largest",
}


def leaf_words(node: tree.Leaf | tree.Related | tree.Measured, say: Say) -> str:
    """One question in words. ``say`` puts a whole tree into a sentence, for what stands under ``where``."""
    if isinstance(node, tree.Leaf):
        return _fact_words(node)
    if isinstance(node, tree.Related):
        return _related_words(node, say)
    return _count_words(node, say) if node.measure == "count" else _measured_words(node, say)


def _fact_words(leaf: tree.Leaf) -> str:
    label = lowered(leaf.fact.label)
    for parameter in leaf.fact.parameters:
        code = leaf.parameters[parameter.name]
        named = lowered(dict(parameter.allowed()).get(code, code))
        slot = "{" + parameter.name + "}"
        label = label.replace(slot, named) if slot in label else f"{label} ({named})"
    if leaf.fact.kind is BOOLEAN and leaf.operator.takes is not Takes.NOTHING:
        return label if leaf.value else f"{label}: no"
    return f"{label} {operator_words(leaf.operator, leaf.value, leaf.fact)}"


def operator_words(operator: Operator, value: Any, fact: Fact) -> str:
    """The operator with its value: "is at least €50.00"."""
    options = fact.options(strict=True)

    def word(each: Any) -> str:
        return fact.kind.words(each, options)

    if operator.takes is Takes.NOTHING:
        return operator.words
    if operator.takes is Takes.SPAN:
        return operator.words.format(value)
    if operator.takes is Takes.ONE:
        return operator.words.format(word(value))
    if operator.takes is Takes.PAIR:
        return operator.words.format(word(value[0]), word(value[1]))
    return operator.words.format(
        listed([word(each) for each in value], "and" if "_all_" in operator.name else "or")
    )


def listed(words: list[str], last: str) -> str:
    """``a, b or c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def lowered(label: str) -> str:
    """A label inside a sentence: "Country" becomes "country", "SKU" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _related_words(node: tree.Related, say: Say) -> str:
    related, (when, where) = node.collection, _split(node, say)
    if related.single:
        what = f"{related.one}: {' and '.join(part for part in (when, where) if part) or 'known'}"
        return what if node.quantifier != "none" else f"not {what}"
    if node.quantifier == "every":
        return f"every {related.one}: {' and '.join(part for part in (when, where) if part)}"
    if related.did and not where:
        verb = related.did if node.quantifier == "some" else f"never {related.did}"
        return f"{verb}{when and ' ' + when}"
    verb = "has any" if node.quantifier == "some" else "has no"
    return f"{verb} {related.one}{_tail(when, where)}"


def _count_words(node: tree.Measured, say: Say) -> str:
    related, (when, where) = node.collection, _split(node, say)
    amount = _bare(operator_words(node.operator, node.value, node.measured), exactly=True)
    if related.did and not where:
        return f"{related.did} {amount} {'time' if node.value == 1 else 'times'}{_tail(when, where)}"
    return f"has {amount} {related.one if node.value == 1 else related.many}{_tail(when, where)}"


def _measured_words(node: tree.Measured, say: Say) -> str:
    related, (when, where) = node.collection, _split(node, say)
    label, dated = lowered(node.measured.label), node.measured.kind in (DATE, DATETIME)
    among = f"{related.many}{_tail(when, where)}"
    verb = operator_words(node.operator, node.value, node.measured)
    if node.measure == "sum":
        return f"{label} of all {among} together {verb}"
    if node.measure == "average":
        return f"average {label} of {among} {verb}"
    return f"{EXTREMES[node.measure, dated]} {label} among {among} {verb}"


def _tail(when: str, where: str) -> str:
    """ " in the last 90 days where total is at least €50.00"."""
    return f"{when and ' ' + when}{where and ' where ' + where}"


def _split(node: tree.Related | tree.Measured, say: Say) -> tuple[str, str]:
    """When it happened ("in the last 90 days"), if ``where`` says it plainly, and the rest of ``where``."""
    parts = node.where.parts if isinstance(node.where, tree.AllOf) else (node.where,)
    when = [part for part in parts if _is_moment(part, node.collection.moment)]
    rest = tree.AllOf(node.where.at, tuple(part for part in parts if part not in when))
    said = [
        _bare(operator_words(part.operator, part.value, part.fact))
        for part in when
        if isinstance(part, tree.Leaf)
    ]
    return " and ".join(said), say(rest) if rest.parts else ""


def _is_moment(part: tree.Node, moment: str) -> bool:
    return (
        isinstance(part, tree.Leaf) and part.fact.name == moment and part.operator.takes is not Takes.NOTHING
    )


def _bare(words: str, *, exactly: bool = False) -> str:
    """ "is in the last 30 days" without the verb; of a number "is 2" is "exactly 2"."""
    bare = words.removeprefix("is ").removeprefix("has its day ")
    return f"exactly {bare}" if exactly and bare[:1].isdigit() else bare
