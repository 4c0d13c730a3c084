"""Which listeners have something to hear: what a worker remembers, so that idle ones cost nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from aftercart.kernel.journal.listening import Listener
from aftercart.kernel.journal.positions import START, Position


class Watch:
    """Remembers the listeners that have heard everything up to ``seen``.

    One look at the names that appeared since then tells which of them to call. Forgetting is always
    safe (a listener is looked at once more); remembering wrongly is not, so a listener is kept only
    while its generation is the one it was drained at.
    """

    def __init__(self, listeners: Mapping[str, Listener]) -> None:
        self.seen: Position = START
        self._listeners = listeners
        self._drained: dict[str, int] = {}

    def note_appeared(self, names: Collection[str] | None, upto: Position) -> None:
        """Entries with these names (None: any) appeared in ``(seen, upto]``."""
        self._drained = {
            name: generation
            for name, generation in self._drained.items()
            if names is not None and not self._hears(name, names)
        }
        self.seen = upto

    def note_drained(self, name: str, generation: int) -> None:
        """The listener, at this generation, has heard everything up to ``seen`` at least."""
        self._drained[name] = generation

    def suspects(self, generations: Mapping[str, int]) -> list[str]:
        """The listeners among ``generations`` that may have something to hear."""
        return [name for name, generation in generations.items() if self._drained.get(name) != generation]

    def drained(self) -> dict[str, int]:
        """The listeners that stand at ``seen``, with their generations."""
        return dict(self._drained)

    def _hears(self, name: str, names: Collection[str]) -> bool:
        listener = self._listeners.get(name)
        return listener is None or listener.hears_everything or not listener.event_names.isdisjoint(names)
