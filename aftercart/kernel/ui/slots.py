"""Typed slots: a page declares a place, apps above fill it, and neither imports upwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.http import HttpRequest

Subject = TypeVar("Subject")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What a filler returns: a template and its variables. ``key`` becomes the panel's anchor."""

    key: str
    title: str
    template: str
    context: dict[str, Any]


@dataclass
class Slot(Generic[Subject]):
    """A place on a page that shows panels about one subject, such as an order."""

    name: str
    _fillers: list[tuple[int, Callable[[HttpRequest, Subject], Panel | None]]] = field(default_factory=list)

    def fill(
        self, *, order: int
    ) -> Callable[
        [Callable[[HttpRequest, Subject], Panel | None]], Callable[[HttpRequest, Subject], Panel | None]
    ]:
        """Register a filler; smaller ``order`` comes first. It may return ``None`` to show nothing."""

        def register(
            filler: Callable[[HttpRequest, Subject], Panel | None],
        ) -> Callable[[HttpRequest, Subject], Panel | None]:
            self._fillers.append((order, filler))
            self._fillers.sort(key=lambda pair: pair[0])
            return filler

        return register

    def panels(self, request: HttpRequest, subject: Subject) -> list[Panel]:
        """The panels to show, in order."""
        filled = (filler(request, subject) for _, filler in self._fillers)
        return [panel for panel in filled if panel is not None]
