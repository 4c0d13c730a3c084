"""Who ordered: mentions in orders and customer files put together, one person per e-mail address or id."""

from __future__ import annotations

from aftercart.connectors.staging.stage import Stage

BATCH = 2_000
FROM_FILE = 1 << 60


def settle_people(stage: Stage) -> None:
    """Make ``f_person`` (one row per person, with ``pid`` and ``ids``) and ``f_order.pid``.

    A person is known by e-mail address, else by their id in the files; an id that was once seen with an
    address belongs to that address. Of what is said, a customer file counts before orders, later orders
    before earlier ones. Who has neither address nor id is nobody: their orders have no customer.
    """
    con = stage.con
    con.execute(
        f"""
        CREATE TABLE mention AS
        SELECT seq AS place, customer AS ext, nullif(email_key, '') AS email_key, nullif(email, '') AS email,
            person_name AS name,
            nullif(phone, '') AS phone, nullif(language, '') AS language, country, city, postcode, NULL AS note,
            NULL::VARCHAR AS tags, placed_at AS since, NULL::BOOLEAN AS accepts_marketing
        FROM f_order WHERE customer IS NOT NULL OR email_key <> ''
        UNION ALL
        SELECT {FROM_FILE} + row_number() OVER (ORDER BY _file, _row), key, email_key(email), email, name, phone,
            language, country, city, postcode, note, to_json(tags)::VARCHAR, created_at, accepts_marketing
        FROM e_customer WHERE key IS NOT NULL OR email IS NOT NULL
        """
    )
    con.execute(
        "CREATE TABLE id_email AS SELECT ext, arg_max(email_key, place) AS email_key FROM mention "
        "WHERE ext IS NOT NULL AND email_key IS NOT NULL GROUP BY ext"
    )
    con.execute(
        "CREATE TABLE known AS SELECT m.* REPLACE (coalesce(m.email_key, i.email_key) AS email_key), "
        "coalesce('mail:' || coalesce(m.email_key, i.email_key), 'id:' || m.ext) AS person "
        "FROM mention m LEFT JOIN id_email i ON i.ext = m.ext"
    )
    _people(stage)
    con.execute("ALTER TABLE f_order ADD COLUMN pid BIGINT")
    con.execute(
        "UPDATE f_order SET pid = p.pid FROM known k JOIN f_person p USING (person) WHERE k.place = f_order.seq"
    )
    con.execute("DROP TABLE mention; DROP TABLE known; DROP TABLE id_email")


def _people(stage: Stage) -> None:
    newest = ", ".join(
        f"arg_max({column}, place) FILTER ({column} IS NOT NULL) AS {column}"
        for column in (
            *(
                "email_key",
                "email",
                "name",
                "phone",
                "language",
                "country",
                "city",
                "postcode",
                "note",
                "tags",
            ),
            "accepts_marketing",
        )
    )
    stage.con.execute(
        f"""
        CREATE TABLE f_person AS
        WITH owner AS (
            SELECT ext, arg_max(person, (email_key IS NOT NULL)::BIGINT * {1 << 61} + place) AS person
            FROM known WHERE ext IS NOT NULL GROUP BY ext
        ), ids AS (SELECT person, list(ext ORDER BY ext) AS ids FROM owner GROUP BY person),
        grouped AS (SELECT person, {newest}, min(since) AS since,
            max(place) > {FROM_FILE} AS is_from_file FROM known GROUP BY person)
        SELECT row_number() OVER (ORDER BY since, person) AS pid, g.*, coalesce(i.ids, []) AS ids
        FROM grouped g LEFT JOIN ids i USING (person) ORDER BY pid
        """
    )
