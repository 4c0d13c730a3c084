"""The clock. Rules and actions take ``now`` as an argument; doors and workers read it here."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(tz=UTC)
