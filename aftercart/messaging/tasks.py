"""Background work: facts that waited their minutes are told."""

from __future__ import annotations

from aftercart.kernel.work.jobs import JobContext, job
from aftercart.messaging.actions.notices import TELL, tell


@job(TELL, atomic=True)
def tell_news(context: JobContext) -> None:
    """Tell what waits about one thing."""
    tell(topic=context.payload["topic"], about=context.payload["about"])
