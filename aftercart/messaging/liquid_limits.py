"""Bounds for templates that merchants write: no filter may make a text or a list out of proportion.

Liquid's own limits count loops and output. A chain of ``append`` or one ``replace`` with an empty text could
still fill the memory between two counts, so every filter's arguments and result are measured.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from liquid.exceptions import LiquidError

LONGEST = 200_000
MOST = 20_000
LARGEST = 10**18


class TooMuchError(LiquidError):
    """A template asks for more than it may. The message says what."""


def bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, refusing what is out of proportion before and after it runs.

    Raises:
        TooMuchError: when called so.
    """

    @wraps(function)
    def measured(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            _measure(value)
        if name in {"replace", "replace_first", "replace_last", "join"}:
            _foresee(name, args)
        try:
            result = function(*args, **kwargs)
        except (OverflowError, MemoryError, RecursionError, ArithmeticError) as error:
            raise TooMuchError(f"{name}: {error}", token=None) from error
        _measure(result)
        return result

    return measured


def _measure(value: object) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise TooMuchError(f"a text of more than {LONGEST} letters", token=None)
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > LARGEST:
            raise TooMuchError("a number with more than 18 digits", token=None)
    elif isinstance(value, list | tuple | range | dict):
        try:
            size = len(value)
        except OverflowError:
            size = MOST + 1
        if size > MOST:
            raise TooMuchError(f"a list of more than {MOST} things", token=None)


def _foresee(name: str, args: tuple[Any, ...]) -> None:
    """How long a replacement or a join will be, before it is made."""
    if name == "join":
        pieces = args[0] if isinstance(args[0], list | tuple | range) else [args[0]]
        glue = str(args[1]) if len(args) > 1 else " "
        length = len(glue) * len(pieces)
    else:
        text, old, new = (str(part) for part in (*args, "", "")[:3])
        length = text.count(old) * len(new)
    if length > LONGEST:
        raise TooMuchError(f"{name} makes a text of more than {LONGEST} letters", token=None)
