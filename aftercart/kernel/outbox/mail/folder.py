"""Mail into a folder of ``.eml`` files, for the demo and for looking at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from aftercart.kernel.outbox.mail.envelope import Envelope
from aftercart.kernel.outbox.rules import Outcome, Retry, Sent

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class FolderTransport:
    """Writes each mail once: the file's name comes from the effect's key, so a repeat replaces it."""

    def __init__(self, *, folder: str) -> None:
        self._folder = Path(folder)

    def rests(self) -> timedelta:
        return timedelta(0)

    def close(self) -> None:
        """Nothing is kept open."""

    def deliver(self, envelopes: Sequence[Envelope], *, deadline: float) -> list[Outcome]:
        return [self._write(envelope) for envelope in envelopes]

    def _write(self, envelope: Envelope) -> Outcome:
        name = f"{_UNSAFE.sub('-', envelope.key)[:80]}-{envelope.message_id[:8]}.eml"
        path = self._folder / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part")
            draft.write_bytes(envelope.content)
            draft.replace(path)
        except OSError as error:
            return Retry(reason=f"could not write {path}: {error.strerror}")
        return Sent(provider_message_id=envelope.message_id, reply=name)
