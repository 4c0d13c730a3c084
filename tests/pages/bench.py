"""Pages of the bench that need somebody who packs."""

from __future__ import annotations

from django.urls import reverse

from aftercart.kernel import clock
from aftercart.orders.models import Order
from aftercart.stores.models import StaffMember
from aftercart.tracking.actions import start_run
from aftercart.tracking.bench.queue import by_promise, sendable
from aftercart.tracking.models import Pick


def bench_page(kind: str) -> str:
    """A page about Ada's run of two orders, which is started when nobody did."""
    ada = StaffMember.objects.get(user__email="ada@demo.example")
    mine = Pick.objects.open(clock.now()).filter(run__member=ada)
    if not mine.exists():
        ids = list(by_promise(sendable(Order.objects.all(), clock.now())).values_list("pk", flat=True)[:2])
        start_run(order_ids=ids, member_id=ada.pk, key="pages", actor=f"staff:{ada.pk}")
    pick = mine.earliest("pk")
    return {
        "run": reverse("desk-bench-run", args=[pick.run_id]),
        "order": reverse("desk-bench-order", args=[pick.order_id]),
        "slip": reverse("desk-bench-slip", args=[pick.order_id]),
        "slips": f"{reverse('desk-bench-slips')}?order={pick.order_id}",
    }[kind]
