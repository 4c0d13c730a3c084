"""The template language: Liquid in a sandbox, one environment per language and form (HTML or text).

Templates see plain JSON and these filters, nothing else: no includes, no attributes, bounded loops.
Unknown variables and filters are errors, not silence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache, partial
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from liquid import Environment, Markup, Mode, StrictUndefined
from markupsafe import escape

from aftercart.kernel.money import format_minor
from aftercart.kernel.ui.formats import without_year_mark
from aftercart.messaging.liquid_limits import bounded

UNWANTED_TAGS = ("include", "render", "increment", "decrement", "cycle", "tablerow", "ifchanged")


class MailEnvironment(Environment):
    """Liquid with bounds."""

    loop_iteration_limit = 20_000
    output_stream_limit = 2_000_000
    context_depth_limit = 20


class GuardedEnvironment(MailEnvironment):
    """Liquid with bounds that a whole shop's orders fit in, and an attacker's ideas do not."""

    loop_iteration_limit = 5_000
    output_stream_limit = 500_000
    local_namespace_limit = 1_000_000
    block_nesting_limit = 30


@cache
def environment(language: str, *, is_html: bool) -> Environment:
    """The environment for one language; ``is_html`` escapes every value."""
    made = MailEnvironment(
        undefined=StrictUndefined, tolerance=Mode.STRICT, strict_filters=True, autoescape=is_html
    )
    for tag in UNWANTED_TAGS:
        made.tags.pop(tag, None)
    made.filters.pop("safe", None)
    made.filters.update(_filters(language, is_html=is_html))
    return made


@cache
def guarded(language: str, *, is_html: bool) -> Environment:
    """The environment for templates that a merchant wrote: every filter bounded, small loops, small output."""
    made = GuardedEnvironment(
        undefined=StrictUndefined, tolerance=Mode.STRICT, strict_filters=True, autoescape=is_html
    )
    for tag in UNWANTED_TAGS:
        made.tags.pop(tag, None)
    made.filters.pop("safe", None)
    made.filters.update(_filters(language, is_html=is_html))
    made.filters = {name: bounded(name, function) for name, function in made.filters.items()}
    return made


def _filters(language: str, *, is_html: bool) -> dict[str, Callable[..., Any]]:
    return {
        "money": partial(_money, language=language),
        "date": partial(_date, language=language),
        "datetime": partial(_datetime, language=language),
        "number": partial(_number, language=language),
        "plural_form": partial(_plural_form, language=language),
        "link": _link,
        "paragraphs": _paragraphs if is_html else str,
        "size": len,
    }


def _money(value: dict[str, Any], *, language: str) -> str:
    return _money_text(int(value["minor"]), str(value["currency"]), language)


@lru_cache(maxsize=10_000)
def _money_text(minor: int, currency: str, language: str) -> str:
    return format_minor(minor, currency, language)


@lru_cache(maxsize=2_000)
def _date(value: str, *, language: str) -> str:
    """``2026-11-24`` (or a time) as a long date."""
    day = date.fromisoformat(str(value)[:10])
    return without_year_mark(str(format_date(day, format="long", locale=language)))


@lru_cache(maxsize=2_000)
def _datetime(value: str, *, language: str) -> str:
    """An ISO time as date and time on the clock it names."""
    moment = datetime.fromisoformat(str(value))
    return without_year_mark(str(format_datetime(moment, format="long", locale=language)))


def _number(value: float, *, language: str) -> str:
    return format_decimal(value, locale=language)


def _plural_form(value: int, *, language: str) -> str:
    return str(Locale.parse(language).plural_form(value))


def _link(value: object) -> str:
    """An address for ``href`` or ``src``; anything but the web, mail and telephone becomes empty."""
    text = str(value).strip()
    return text if text.lower().startswith(("https://", "http://", "mailto:", "tel:")) else ""


def _paragraphs(value: object) -> Markup:
    """Plain text with its line breaks."""
    return Markup(str(escape(str(value))).replace("\n", "<br>"))
