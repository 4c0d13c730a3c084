"""The outbox as a pump: every worker process drains it."""

from __future__ import annotations

from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.mail import transport
from aftercart.kernel.work.pumps import PumpContext, pump


@pump("outbox", ends=transport.forget)
def send_due(context: PumpContext) -> int:
    """Send what is due; see :func:`~aftercart.kernel.outbox.drain.drain`."""
    return drain(owner=context.worker, should_stop=context.should_stop)
