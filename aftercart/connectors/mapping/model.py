"""A mapping file as typed, frozen values."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Condition:
    """``op`` is a test of ``column`` against ``values``, or ``all``, ``any``, ``not`` over ``parts``."""

    op: str
    column: str = ""
    values: tuple[str, ...] = ()
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """``value`` where ``when`` holds."""

    when: Condition
    value: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """How one value is read. The first non-empty of ``columns`` counts, unless ``joined_by`` joins them.

    ``strip`` takes characters from both ends, ``without`` a prefix, ``first_of`` what comes before a separator;
    ``times`` multiplies a number.
    """

    columns: tuple[str, ...] = ()
    template: str = ""
    value: str | None = None
    joined_by: str | None = None
    cases: tuple[Case, ...] = ()
    alternatives: tuple[Field, ...] = ()
    strip: str = ""
    without: str = ""
    first_of: str = ""
    times: float | None = None
    map: Dict[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    default: str | None = None
    formats: tuple[str, ...] = ()
    timezone: str = ""
    decimal: str = ""
    separator: str = ","
    is_absolute: bool = False
    when: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file (or several alike) with rows. ``has`` are the columns by which it is recognised."""

    name: str
    has: tuple[str, ...]
    title: str = ""
    is_optional: bool = False
    delimiter: str = ""
    encoding: str = ""


@dataclass(frozen=True, kw_only=True)
class Join:
    """Another source, at most one row of which belongs to each row: ``on`` maps our column to its column."""

    source: str
    on: Dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Rows of a source that become customers, orders, lines ..."""

    kind: str
    source: str
    fields: Dict[str, Field]
    joins: tuple[Join, ...] = ()
    where: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """Rows of a source that are left out knowingly, and why."""

    source: str
    when: Condition
    reason: str


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Which lines take something back, how the purchase is found, and until when that is a cancellation."""

    when: Condition
    same: tuple[str, ...] = ("customer", "sku", "unit_price")
    cancel_within_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A whole mapping file."""

    name: str
    title: str
    sources: tuple[Source, ...]
    entities: tuple[Entity, ...]
    about: str = ""
    channel: str = ""
    currency: str = ""
    timezone: str = ""
    decimal: str = "."
    total_from: str = "lines"
    rejections: tuple[Rejection, ...] = ()
    credit: Credit | None = None

    def of(self, kind: str) -> list[Entity]:
        """The entities of a kind, in the file's order."""
        return [entity for entity in self.entities if entity.kind == kind]
