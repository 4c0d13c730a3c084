"""Where every amount of the files' lines went: into orders, back as credit, or to the rejects."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from aftercart.connectors.mapping.model import Entity
from aftercart.connectors.mapping.targets import LINE
from aftercart.connectors.staging.expressions import raw_sql, value_sql
from aftercart.connectors.staging.final import minor
from aftercart.connectors.staging.sql import Scope, name, text
from aftercart.connectors.staging.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """Quantity x price of all lines, in the files' currency units.

    ``file = orders - credited - credit_notes + rejected + rounding + difference``; ``rounding`` is what prices
    finer than the currency's smallest unit lose, ``difference`` is 0 unless there is a fault.
    """

    file: Decimal
    orders: Decimal
    credited: Decimal
    credit_notes: Decimal
    rejected: Decimal
    rounding: Decimal

    @property
    def difference(self) -> Decimal:
        """What is not accounted for."""
        told = self.orders - self.credited - self.credit_notes + self.rejected + self.rounding
        return self.file - told


def reconcile(stage: Stage) -> Reconciliation | None:
    """The sums of a finished stage; nothing where orders are in several currencies or there are no lines."""
    if stage.number("SELECT count(DISTINCT currency) FROM f_order") != 1:
        return None
    read = [_read(stage, entity) for entity in stage.mapping.of("line") if entity.source in stage.columns]
    if not read:
        return None
    unit = "(SELECT max(unit) FROM f_order)::DECIMAL(18, 0)"
    lines = f"""
        SELECT w.is_credit_note, sum(f.quantity * f.unit_minor),
            sum(f.quantity * (l.unit_price * {unit} - f.unit_minor))
        FROM f_line f JOIN f_order w USING (seq) JOIN l ON l.lid = f.lid GROUP BY 1
    """
    sums = {row[0]: (row[1], row[2]) for row in stage.con.execute(lines).fetchall()}
    price = minor("c.unit_price", unit)
    rest = f"c.unit_price * {unit} - {price}"
    back = stage.con.execute(
        f"SELECT coalesce(sum(t.quantity * {price}), 0), coalesce(sum(t.quantity * ({rest})), 0) "
        "FROM taken t JOIN credit_lines c ON c.lid = t.credit"
    ).fetchall()[0]
    places = Decimal(stage.number("SELECT max(unit) FROM f_order"))
    (orders, orders_rest), (notes, notes_rest) = (sums.get(flag, (0, 0)) for flag in (False, True))
    rounding = Decimal(orders_rest or 0) - Decimal(notes_rest or 0) - Decimal(back[1])
    return Reconciliation(
        file=sum((total for total, _ in read), Decimal(0)),
        rejected=sum((rejected for _, rejected in read), Decimal(0)),
        orders=Decimal(orders) / places,
        credit_notes=Decimal(notes) / places,
        credited=Decimal(back[0]) / places,
        rounding=rounding / places,
    )


def _read(stage: Stage, entity: Entity) -> tuple[Decimal, Decimal]:
    """Quantity x price of all rows of a source, and of those rejected."""
    scope = Scope(source=entity.source, columns=stage.columns)
    quantity, price = (
        value_sql(raw_sql(entity.fields[field], scope), entity.fields[field], LINE[field], stage.mapping)
        for field in ("quantity", "unit_price")
    )
    rows = stage.con.execute(
        f"""
        SELECT sum(({quantity}) * ({price})), sum(({quantity}) * ({price})) FILTER (r.row IS NOT NULL)
        FROM {name("raw_" + entity.source)} b LEFT JOIN
            (SELECT DISTINCT file, row FROM rejects WHERE source = {text(entity.source)}) r
            ON r.file = b._file AND r.row = b._row
        """
    ).fetchall()
    return Decimal(rows[0][0] or 0), Decimal(rows[0][1] or 0)
