"""What the shop holds already of a batch: which orders are new, changed, the same, or better left alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aftercart.connectors.models import Run
from aftercart.connectors.staging.stage import Stage
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Order

# What colleagues, carriers or the shop itself may have told of an order since it was imported. Notes and
# questions do not count: they stand beside the order and stay.
TELLING = (
    *("OrderPlaced", "OrderPaid", "OrderPaymentFailed", "OrderFulfilled", "OrderCancelled", "OrderRefunded"),
    *("OrderChanged", "ParcelSent", "ParcelScanned", "ParcelDelivered"),
)
TAKEN = "an order with this number is in the channel already, from another source"
TOUCHED = "the order was changed in the shop since it was imported"
ERASED = "the customer asked to be forgotten"
CHUNK = 5_000


def classify(stage: Stage, run: Run, batch: int) -> dict[str, int]:
    """Make the temporary table ``c`` for a batch: ``seq, fate, order_id, why``; returns how many of each fate.

    Fates: ``new``, ``changed``, ``same``, ``kept`` (with the reason in ``why``).
    """
    rows = stage.con.execute(
        "SELECT seq, external_id, number, digest FROM f_order WHERE batch = ? ORDER BY seq", [batch]
    ).fetchall()
    by_id, by_number = _known(run, [row[1] for row in rows], [row[2] for row in rows])
    found = [(row[0], *_fate(row, by_id, by_number)) for row in rows]
    touched = _touched([order_id for _, fate, order_id, _ in found if fate == "changed" and order_id])
    fates = [
        (seq, "kept", order_id, TOUCHED)
        if fate == "changed" and order_id in touched
        else (seq, fate, order_id, why)
        for seq, fate, order_id, why in found
    ]
    _note(stage, fates)
    return {fate: sum(one[1] == fate for one in fates) for fate in ("new", "changed", "same", "kept")}


def _known(run: Run, ids: list[str], numbers: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    orders = Order.objects.filter(channel=run.channel) if run.channel else Order.objects.none()
    columns = ("external_id", "number", "id", "import_digest", "import_id", "customer__erased_at")
    by_id = {row[0]: row for row in orders.filter(external_id__in=ids).values_list(*columns)}
    by_number = {row[1]: row for row in orders.filter(number__in=numbers).values_list(*columns)}
    return by_id, by_number


def _fate(
    row: tuple[Any, ...], by_id: dict[str, Any], by_number: dict[str, Any]
) -> tuple[str, int | None, str]:
    _, external_id, number, digest = row
    known = by_id.get(external_id)
    if known is None:
        holder = by_number.get(number)
        return ("kept", holder[2], TAKEN) if holder else ("new", None, "")
    if known[3] == digest:
        return "same", known[2], ""
    if known[5] is not None:
        return "kept", known[2], ERASED
    other = by_number.get(number)
    if known[4] is None or (other and other[2] != known[2]):
        return "kept", known[2], TAKEN
    return "changed", known[2], ""


def _touched(order_ids: list[int]) -> set[int]:
    subjects = [f"order:{order_id}" for order_id in order_ids]
    entries = Entry.objects.filter(subject__in=subjects, name__in=TELLING).exclude(
        source__startswith="import:"
    )
    return {int(subject.partition(":")[2]) for subject in entries.values_list("subject", flat=True)}


def _note(stage: Stage, fates: Iterable[tuple[int, str, int | None, str]]) -> None:
    columns = list(zip(*fates, strict=True)) or [(), (), (), ()]
    stage.con.execute(
        "CREATE OR REPLACE TEMP TABLE c AS SELECT unnest($seq::BIGINT[]) AS seq, unnest($fate::VARCHAR[]) AS fate, "
        "unnest($order_id::BIGINT[]) AS order_id, unnest($why::VARCHAR[]) AS why",
        {key: list(values) for key, values in zip(("seq", "fate", "order_id", "why"), columns, strict=True)},
    )
