"""A provider's answer to a call, as the same kind of notice that its webhooks are: there is one way to apply them."""

from __future__ import annotations

from datetime import datetime

from aftercart.payments.models import Refund
from aftercart.payments.ports import (
    Authorised,
    ChargeNotice,
    Declined,
    Pending,
    RefundNotice,
    RequiresAction,
    Result,
    Returned,
    Succeeded,
)


def notice_of(result: Result, *, at: datetime, key: str) -> ChargeNotice:
    """The answer to a start, capture or cancel of the charge with our ``key``."""
    state, captured, code, reason, redirect = _told(result)
    return ChargeNotice(
        state=state,
        at=at,
        key=key,
        reference=result.reference,
        settled_reference=result.settled_reference,
        captured_minor=captured,
        code=code,
        reason=reason,
        redirect_url=redirect,
        instructions=result.instructions if isinstance(result, Pending) else {},
    )


def _told(result: Result) -> tuple[str, int, str, str, str]:
    match result:
        case Succeeded():
            return "captured", result.captured_minor, "", "", ""
        case Authorised():
            return "authorised", 0, "", "", ""
        case RequiresAction():
            return "requires_action", 0, "", "", result.redirect_url
        case Pending():
            return "pending", 0, "", "", ""
        case Declined():
            return "failed", 0, result.code, result.reason, ""


def refund_notice_of(returned: Returned, *, refund: Refund, at: datetime) -> RefundNotice:
    """The answer to a refund."""
    return RefundNotice(
        state=returned.state,
        at=at,
        key=refund.key,
        reference=returned.reference,
        amount_minor=refund.amount_minor,
        reason=returned.reason,
    )
