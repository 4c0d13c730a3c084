"""Products and variants as they will be saved: handles and SKUs made where the files have none."""

from __future__ import annotations

from aftercart.connectors.staging.final import minor
from aftercart.connectors.staging.stage import Stage
from aftercart.kernel.money import exponent


def slug(value: str) -> str:
    """SQL: a text as it stands in an address, null when nothing is left of it."""
    return rf"nullif(trim(regexp_replace(lower(strip_accents({value})), '[^\p{{L}}\p{{N}}]+', '-', 'g'), '-'), '')"


def shown(number: int) -> str:
    """SQL: an option's value, unless it is the filler that stores write for products without options."""
    return f"nullif(v.option{number}_value, 'Default Title')"


def settle_catalogue(stage: Stage, currency: str) -> None:
    """Make ``f_product`` (``nr``, fields) and ``f_variant`` (``nr`` of its product); prices in minor units."""
    _products(stage)
    _orphans(stage)
    _variants(stage, 10 ** exponent(currency))


def _products(stage: Stage) -> None:
    handle = f"left(coalesce({slug('handle')}, {slug('title')}, {slug('key')}, md5(key)), 180)"
    stage.con.execute(
        f"""
        CREATE TABLE f_product AS
        WITH named AS (SELECT * REPLACE ({handle} AS handle) FROM e_product)
        SELECT row_number() OVER (ORDER BY key) AS nr, key, alias, title,
            CASE WHEN count(*) OVER (PARTITION BY handle) > 1 THEN handle || '-' || left(md5(key), 8)
                ELSE handle END AS handle,
            coalesce(description, '') AS description, coalesce(vendor, '') AS vendor, coalesce(kind, '') AS kind,
            coalesce(to_json(tags)::VARCHAR, '[]') AS tags, coalesce(status, 'active') AS status,
            coalesce(image_url, '') AS image_url, created_at
        FROM named ORDER BY key
        """
    )


def _orphans(stage: Stage) -> None:
    known = "SELECT key FROM f_product UNION ALL SELECT alias FROM f_product WHERE alias IS NOT NULL"
    stage.con.execute(
        f"INSERT INTO rejects SELECT source, _file, _row, 'its product “' || product || '” is not in the files', NULL "
        f"FROM e_variant WHERE product NOT IN ({known})"
    )


def _variants(stage: Stage, unit: int) -> None:
    words = f"nullif(concat_ws(' / ', {shown(1)}, {shown(2)}, {shown(3)}), '')"
    price = {field: minor(f"abs(v.{field})", str(unit)) for field in ("price", "compare_at")}
    stage.con.execute(
        f"""
        CREATE TABLE f_variant AS
        WITH product AS (
            SELECT key AS name, nr, handle FROM f_product UNION ALL SELECT alias, nr, handle FROM f_product
            WHERE alias IS NOT NULL AND alias NOT IN (SELECT key FROM f_product)
        ), named AS (
            SELECT p.nr, v._file, v._row,
                left(coalesce(v.sku, p.handle || coalesce('-' || {slug(words)}, '')), 120) AS sku,
                left(coalesce(v.title, {words}, ''), 200) AS title, coalesce(v.barcode, '') AS barcode,
                {price["price"]} AS price_minor, {price["compare_at"]} AS compare_at_minor,
                CASE WHEN v.weight_g >= 0 THEN v.weight_g END AS weight_g, coalesce(v.image_url, '') AS image_url,
                [v.option1_name, v.option2_name, v.option3_name] AS names,
                [{shown(1)}, {shown(2)}, {shown(3)}] AS "values"
            FROM e_variant v JOIN product p ON p.name = v.product
        )
        SELECT * FROM named QUALIFY row_number() OVER (PARTITION BY sku ORDER BY _file, _row) = 1
        ORDER BY nr, _file, _row
        """
    )
