"""One condition language for the whole product; see ``docs/rules.md``."""

from aftercart.kernel.rules.compiling import compile_rule, condition_of
from aftercart.kernel.rules.deciding import Facts, holds
from aftercart.kernel.rules.decision import Decision, decide
from aftercart.kernel.rules.explaining import Explanation, Outcome, describe, explain
from aftercart.kernel.rules.facts import (
    Ask,
    Collection,
    Fact,
    Parameter,
    Subject,
    collection,
    fact,
    subject_named,
    subjects,
)
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
)
from aftercart.kernel.rules.reading import Problem, RuleError, check, read
from aftercart.kernel.rules.schema import schema
from aftercart.kernel.rules.snapshot import snapshot, snapshots
from aftercart.kernel.rules.tree import Rule

__all__ = [
    "BOOLEAN",
    "CHOICE",
    "COUNTRY",
    "DATE",
    "DATETIME",
    "LIST",
    "MONEY",
    "NUMBER",
    "TEXT",
    "Ask",
    "Collection",
    "Decision",
    "Explanation",
    "Fact",
    "Facts",
    "Outcome",
    "Parameter",
    "Problem",
    "Rule",
    "RuleError",
    "Subject",
    "check",
    "collection",
    "compile_rule",
    "condition_of",
    "decide",
    "describe",
    "explain",
    "fact",
    "holds",
    "read",
    "schema",
    "snapshot",
    "snapshots",
    "subject_named",
    "subjects",
]
