"""From files to final tables, step by step; what every later step reads is told here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aftercart.connectors.files.opening import InputFile
from aftercart.connectors.mapping.model import Mapping
from aftercart.connectors.mapping.targets import ENTITIES
from aftercart.connectors.staging.catalogue import settle_catalogue
from aftercart.connectors.staging.credits import settle_credits
from aftercart.connectors.staging.entities import stage_entity
from aftercart.connectors.staging.final import finish_orders
from aftercart.connectors.staging.orders import settle_orders
from aftercart.connectors.staging.people import BATCH as PEOPLE_BATCH
from aftercart.connectors.staging.people import settle_people
from aftercart.connectors.staging.sources import load_sources
from aftercart.connectors.staging.stage import Stage, open_stage

PRODUCT_BATCH = 1_000  # products a step
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many steps the writing has: batches of products, of people, of orders, in this order."""

    products: int
    people: int
    orders: int

    @property
    def steps(self) -> int:
        """All batches."""
        return self.products + self.people + self.orders


def build_stage(
    *,
    folder: Path,
    mapping: Mapping,
    files: Sequence[InputFile],
    currency: str,
    encoding: str = "",
    delimiter: str = "",
    rows: int = 0,
    say: Say = lambda doing: None,
) -> Stage:
    """Read the files and bring all of it into the final tables (``f_...``) and ``rejects``.

    The same files, mapping and currency give the same tables, row for row.

    Raises:
        UnreadableFile: when a file cannot be read at all.
        MappingError: when the mapping does not fit the files.
    """
    stage = open_stage(folder, mapping)
    stage.rows = rows
    say("Reading the files")
    load_sources(stage, files, encoding=encoding, delimiter=delimiter)
    say("Checking every row")
    for kind in ENTITIES:
        stage_entity(stage, kind)
    settle_orders(stage, currency)
    say("Putting orders together")
    settle_credits(stage)
    finish_orders(stage)
    settle_people(stage)
    settle_catalogue(stage, currency)
    stage.con.execute("CHECKPOINT")
    return stage


def plan(stage: Stage) -> Plan:
    """How the final tables are cut into steps."""
    return Plan(
        products=-(-stage.number("SELECT count(*) FROM f_product") // PRODUCT_BATCH),
        people=-(-stage.number("SELECT count(*) FROM f_person") // PEOPLE_BATCH),
        orders=stage.number("SELECT max(batch) + 1 FROM f_order"),
    )
