"""How much to give a listener at a time: as much as fits a short transaction, less after a failure."""

from __future__ import annotations

from dataclasses import dataclass

TARGET = 0.25  # seconds a batch may take; longer ones hold the horizon back, and SQLite's only writer
REST_MAX = 30.0
PATIENCE = 5  # transient failures of a single entry before the entry itself is blamed


@dataclass(kw_only=True)
class Pace:
    """One listener's batch size in ``[1, largest]``.

    After a failure the batch is halved until the one entry at fault stands alone, then doubled again.
    """

    largest: int
    size: int
    transient: int = 0
    rest_until: float = 0.0

    @classmethod
    def start(cls, largest: int) -> Pace:
        """Small at first: the listener's speed is not known yet."""
        return cls(largest=largest, size=min(largest, 100))

    def took(self, taken: int, seconds: float) -> None:
        """A batch went well."""
        self.transient = 0
        if seconds > TARGET and taken:
            self.size = max(1, int(taken * TARGET / seconds))
        elif taken >= self.size:
            self.size = min(self.largest, self.size * 2)

    def failed(self, *, now: float, is_transient: bool) -> None:
        """A batch was rolled back. ``now`` is monotonic seconds."""
        self.size = max(1, self.size // 2)
        if is_transient:
            self.transient += 1
            self.rest_until = now + min(0.1 * 2**self.transient, REST_MAX)

    @property
    def may_blame(self) -> bool:
        """Whether a transient-looking failure of one entry has repeated too often to be one."""
        return self.transient >= PATIENCE
