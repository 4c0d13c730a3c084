"""One entity of the mapping as a typed table: its good rows stay, the others are rejected with the reason."""

from __future__ import annotations

from aftercart.connectors.mapping.conditions import MappingError
from aftercart.connectors.mapping.model import Entity, Field, Mapping
from aftercart.connectors.mapping.targets import ENTITIES, GROUPED, LENIENT, Target
from aftercart.connectors.staging.expressions import problem_sql, raw_sql, value_sql
from aftercart.connectors.staging.sql import Scope, condition, name, text
from aftercart.connectors.staging.stage import Stage

TYPES = {
    "integer": "BIGINT",
    "score": "BIGINT",
    "money": "DECIMAL(24, 6)",
    "datetime": "TIMESTAMP",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "tags": "VARCHAR[]",
}
PLACE = "_file * 1099511627776 + _row"


def stage_entity(stage: Stage, kind: str) -> None:
    """Make the table ``e_<kind>``: the fields of the kind (``source``, ``_file``, ``_row`` beside them).

    Several entities of one kind are put together, in the mapping's order.

    Raises:
        MappingError: when a file lacks a column that is required.
    """
    targets = ENTITIES[kind]
    columns = ", ".join(
        f"{name(field)} {TYPES.get(target.kind, 'VARCHAR')}" for field, target in targets.items()
    )
    extra = ", is_credit BOOLEAN, lid BIGINT" if kind == "line" else ""
    stage.con.execute(
        f"CREATE TABLE e_{kind} ({columns}{extra}, source VARCHAR, _file INTEGER, _row BIGINT, "
        "problem VARCHAR, notes VARCHAR)"
    )
    for entity in stage.mapping.of(kind):
        if entity.source in stage.columns:
            _stage(stage, entity)
    _take_out(stage, kind)


def _stage(stage: Stage, entity: Entity) -> None:
    """Insert the entity's rows: texts first, typed values of them second, problems of both last."""
    joined = tuple(join.source for join in entity.joins if join.source in stage.columns)
    scope = Scope(source=entity.source, columns=stage.columns, joined=joined)
    targets = ENTITIES[entity.kind]
    fields = {
        name_: one for name_, one in entity.fields.items() if not (name_ == "key" and entity.kind in GROUPED)
    }
    raws = {field: raw_sql(spec, scope) for field, spec in fields.items()}
    _demand(entity, scope)
    values = {
        field: value_sql(name(f"r_{field}"), spec, targets[field], stage.mapping)
        for field, spec in fields.items()
    }
    if entity.kind in GROUPED and "key" in entity.fields:
        values["key"] = "_key"
    credit = (
        condition(stage.mapping.credit.when, scope)
        if entity.kind == "line" and stage.mapping.credit
        else "false"
    )
    joins = "".join(_join(stage, entity, source, scope) for source in joined)
    base = _grouped(stage, entity, scope) if entity.kind in GROUPED else _plain(entity, scope)
    own = "b._file, b._row, b._key" if entity.kind in GROUPED else "b._file, b._row"
    texts = "".join(f", {raw} AS {name(f'r_{field}')}" for field, raw in raws.items())
    typed = ", ".join(f"{value} AS {name(f'v_{field}')}" for field, value in values.items())
    out = {field: name(f"v_{field}") for field in values}
    if entity.kind == "line":
        out |= _line(stage, entity, out) | {"is_credit": "is_credit"}
    columns = ", ".join(f"{sql} AS {name(field)}" for field, sql in out.items())
    once, in_order = (_once(out), " ORDER BY _file, _row") if entity.kind == "variant" else ("", "")
    stage.con.execute(
        f"INSERT INTO e_{entity.kind} BY NAME SELECT {once}{columns}, {text(entity.source)} AS source, _file, _row, "
        f"{_problem(fields, targets, values)} AS problem, {_notes(fields, targets)} AS notes FROM (SELECT *, {typed} "
        f"FROM (SELECT {own}, {credit} AS is_credit{texts} FROM {base} b{joins}) r) v{in_order}"
    )


def _line(stage: Stage, entity: Entity, out: dict[str, str]) -> dict[str, str]:
    """What every line has, whatever the mapping says of it. ``lid`` tells lines of all sources apart."""
    place = stage.mapping.of("line").index(entity)
    return {
        "kind": f"coalesce({out.get('kind', 'NULL')}, 'product')",
        "title": f"coalesce({out.get('title', 'NULL')}, {out.get('sku', 'NULL')}, 'Without a name')",
        "lid": f"{place << 58} + {PLACE}",
    }


def _once(selected: dict[str, str]) -> str:
    """A variant that many rows name, as in a file of order lines, is read once."""
    telling = ("product", "sku", "option1_value", "option2_value", "option3_value")
    return f"DISTINCT ON ({', '.join(selected[field] for field in telling if field in selected)}) "


def _demand(entity: Entity, scope: Scope) -> None:
    """A required field whose columns are all missing makes the whole file useless: say so at once."""
    for field, spec in entity.fields.items():
        is_required = ENTITIES[entity.kind][field].is_required
        if is_required and spec.columns and set(spec.columns) <= scope.missing:
            raise MappingError(
                f"the source {entity.source}",
                f"has none of the columns {', '.join(spec.columns)} for {field}",
            )


def _key(entity: Entity, scope: Scope, mapping: Mapping) -> str:
    """SQL of what makes rows one thing; customers without an id are told apart by e-mail address."""
    targets = ENTITIES[entity.kind]
    parts = [
        value_sql(raw_sql(entity.fields[field], scope), entity.fields[field], targets[field], mapping)
        for field in ("key", "email")
        if field in entity.fields and (field == "key" or entity.kind == "customer")
    ]
    return f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _kept(entity: Entity) -> str:
    """The rows of the source that no rule of the mapping has rejected."""
    return (
        f"{name('raw_' + entity.source)} b ANTI JOIN (SELECT file, row FROM rejects WHERE source = "
        f"{text(entity.source)}) r ON b._file = r.file AND b._row = r.row"
    )


def _plain(entity: Entity, scope: Scope) -> str:
    where = f" WHERE {condition(entity.where, scope)}" if entity.where else ""
    return f"(SELECT b.* FROM {_kept(entity)}{where})"


def _grouped(stage: Stage, entity: Entity, scope: Scope) -> str:
    """One row per key: every column's first non-empty value, in the order of the file."""
    wanted = sorted(scope.used)
    key = _key(entity, scope, stage.mapping)
    where = f" WHERE {condition(entity.where, scope)}" if entity.where else ""
    firsts = "".join(
        f", arg_min(b.{name(column)}, {PLACE}) FILTER ({scope.column(column)} IS NOT NULL) AS {name(column)}"
        for column in wanted
    )
    place = f"min({PLACE})"
    return (
        f"(SELECT {key} AS _key, ({place} // 1099511627776)::INTEGER AS _file, "
        f"({place} % 1099511627776)::BIGINT AS _row{firsts} FROM {_kept(entity)}{where} GROUP BY {key} "
        "HAVING _key IS NOT NULL)"
    )


def _join(stage: Stage, entity: Entity, source: str, scope: Scope) -> str:
    """A left join to the first row of the other source with each key."""
    on = next(join.on for join in entity.joins if join.source == source)
    theirs = Scope(source=source, columns=stage.columns)
    keys = [theirs.column(column) for column in on.values()]
    if theirs.missing:
        raise MappingError(f"the source {source}", f"has no column {', '.join(theirs.missing)} to join on")
    alias = name(f"j_{source}")
    pairs = " AND ".join(
        f"{scope.column(ours)} = {alias}.{name(f'_{source}_{n}')}" for n, ours in enumerate(on, 1)
    )
    named = ", ".join(f"{key} AS {name(f'_{source}_{n}')}" for n, key in enumerate(keys, 1))
    partition = ", ".join(name(f"_{source}_{n}") for n in range(1, len(keys) + 1))
    return (
        f" LEFT JOIN (SELECT b.*, {named} FROM {name('raw_' + source)} b "
        f"QUALIFY row_number() OVER (PARTITION BY {partition} ORDER BY {PLACE}) = 1) {alias} ON {pairs}"
    )


def _problem(fields: dict[str, Field], targets: dict[str, Target], values: dict[str, str]) -> str:
    """All that is wrong with a row, as one sentence; null when it is good."""
    problems = [
        problem_sql(name(f"r_{field}"), name(f"v_{field}"), spec, targets[field])
        for field, spec in fields.items()
        if targets[field].kind not in LENIENT
    ]
    for field in values:
        if targets[field].is_required:
            empty = name(f"r_{field}") if field in fields else name(f"v_{field}")
            problems.append(
                f"CASE WHEN {empty} IS NULL THEN {text(field.replace('_', ' ') + ' is missing')} END"
            )
    told = [problem for problem in problems if problem != "NULL"]
    return f"nullif(concat_ws('; ', {', '.join(told)}), '')" if told else "NULL"


def _notes(fields: dict[str, Field], targets: dict[str, Target]) -> str:
    """The fields left empty because they could not be read, such as a wrong e-mail address."""
    lenient = [
        f"CASE WHEN {name(f'r_{field}')} IS NOT NULL AND {name(f'v_{field}')} IS NULL THEN {text(field)} END"
        for field in fields
        if targets[field].kind in LENIENT
    ]
    return f"nullif(concat_ws(',', {', '.join(lenient)}), '')" if lenient else "NULL"


def _take_out(stage: Stage, kind: str) -> None:
    stage.con.execute(
        f"INSERT INTO rejects SELECT source, _file, _row, problem, NULL FROM e_{kind} WHERE problem IS NOT NULL"
    )
    stage.con.execute(f"CREATE TABLE bad_{kind} AS SELECT * FROM e_{kind} WHERE problem IS NOT NULL")
    stage.con.execute(f"DELETE FROM e_{kind} WHERE problem IS NOT NULL")

    noted = stage.con.execute(
        f"SELECT unnest(string_split(notes, ',')) AS field, count(*) FROM e_{kind} WHERE notes IS NOT NULL "
        "GROUP BY 1 ORDER BY 1"
    )
    for field, count in noted.fetchall():
        stage.notes[f"{kind}.{field}"] = int(count)
