//! The statements, for both engines. Every argument is text. Restricted cases are left out, as nearly every officer sees
//! the lists. What must not live here: how a statement is run (`store`).

/// One statement.
pub(crate) struct Statement {
    pub(crate) postgres: &'static str,
    pub(crate) sqlite: &'static str,
}

/// The 25 cases of a state (1) that are due next after a day (2) and an id (3), each with its child, school, officer and
/// latest three facts.
pub(crate) const CASES: Statement = Statement {
    postgres: r#"
        SELECT '{"cases":' || coalesce(json_agg(t), '[]')::text || '}' FROM (
            SELECT c.reference, c.state, c.due_on AS "dueOn", c.risk,
                json_build_object(
                    'familyName', k.family_name, 'givenNames', k.given_names, 'dateOfBirth', k.date_of_birth
                ) AS child,
                CASE WHEN s.id IS NOT NULL THEN json_build_object('name', s.name) END AS school,
                CASE WHEN o.id IS NOT NULL THEN json_build_object('name', o.name) END AS officer,
                (SELECT json_agg(e) FROM (
                    SELECT kind, recorded_at AS at FROM event WHERE stream = c.id ORDER BY seq DESC LIMIT 3
                ) e) AS timeline
            FROM (
                SELECT * FROM "case"
                WHERE state = $1::text AND (due_on, id) > ($2::text::date, $3::text::uuid) AND restriction IS NULL
                ORDER BY due_on, id LIMIT 25
            ) c
            JOIN child k ON k.id = c.child_id
            LEFT JOIN school s ON s.id = c.school_id
            LEFT JOIN staff o ON o.id = c.officer_id
            ORDER BY c.due_on, c.id
        ) t"#,
    sqlite: r#"
        SELECT '{"cases":' || json_group_array(json(j)) || '}' FROM (
            SELECT json_object(
                'reference', c.reference, 'state', c.state, 'dueOn', c.due_on, 'risk', c.risk,
                'child', json_object(
                    'familyName', k.family_name, 'givenNames', k.given_names, 'dateOfBirth', k.date_of_birth
                ),
                'school', CASE WHEN s.id IS NOT NULL THEN json_object('name', s.name) END,
                'officer', CASE WHEN o.id IS NOT NULL THEN json_object('name', o.name) END,
                'timeline', (SELECT json_group_array(json_object('kind', kind, 'at', recorded_at)) FROM (
                    SELECT kind, recorded_at FROM event WHERE stream = c.id ORDER BY seq DESC LIMIT 3
                ))
            ) AS j
            FROM (
                SELECT * FROM "case"
                WHERE state = ?1 AND (due_on, id) > (?2, unhex(?3)) AND restriction IS NULL
                ORDER BY due_on, id LIMIT 25
            ) c
            JOIN child k ON k.id = c.child_id
            LEFT JOIN school s ON s.id = c.school_id
            LEFT JOIN staff o ON o.id = c.officer_id
            ORDER BY c.due_on, c.id
        )"#,
};

/// The case of a reference (1), whole.
pub(crate) const CASE: Statement = Statement {
    postgres: r#"
        SELECT '{"case":' || row_to_json(t)::text || '}' FROM (
            SELECT c.reference, c.state, c.whereabouts, c.opened_at AS "openedAt", c.closed_at AS "closedAt",
                c.due_on AS "dueOn", c.risk,
                json_build_object(
                    'id', k.id, 'familyName', k.family_name, 'givenNames', k.given_names,
                    'dateOfBirth', k.date_of_birth, 'upn', k.upn, 'sex', k.sex
                ) AS child,
                CASE WHEN s.id IS NOT NULL THEN json_build_object(
                    'urn', s.urn, 'name', s.name, 'phase', s.phase, 'postcode', s.postcode
                ) END AS school,
                CASE WHEN o.id IS NOT NULL THEN json_build_object('name', o.name) END AS officer,
                (SELECT json_agg(e) FROM (
                    SELECT e.seq, e.kind, e.recorded_at AS at, w.name AS by, e.payload::json AS details
                    FROM event e
                    LEFT JOIN staff w
                        ON w.id = CASE WHEN e.actor LIKE 'staff:%' THEN substr(e.actor, 7)::uuid END
                    WHERE e.stream = c.id ORDER BY e.seq DESC
                ) e) AS timeline,
                (SELECT coalesce(json_agg(f), '[]') FROM (
                    SELECT id, raised_at AS "raisedAt", level, answered_at AS "answeredAt"
                    FROM escalation WHERE case_id = c.id ORDER BY raised_at
                ) f) AS escalations
            FROM "case" c
            JOIN child k ON k.id = c.child_id
            LEFT JOIN school s ON s.id = c.school_id
            LEFT JOIN staff o ON o.id = c.officer_id
            WHERE c.reference = $1::text AND c.restriction IS NULL
        ) t"#,
    sqlite: r#"
        SELECT '{"case":' || json_object(
            'reference', c.reference, 'state', c.state, 'whereabouts', c.whereabouts, 'openedAt', c.opened_at,
            'closedAt', c.closed_at, 'dueOn', c.due_on, 'risk', c.risk,
            'child', json_object(
                'id', lower(hex(k.id)), 'familyName', k.family_name, 'givenNames', k.given_names,
                'dateOfBirth', k.date_of_birth, 'upn', k.upn, 'sex', k.sex
            ),
            'school', CASE WHEN s.id IS NOT NULL THEN json_object(
                'urn', s.urn, 'name', s.name, 'phase', s.phase, 'postcode', s.postcode
            ) END,
            'officer', CASE WHEN o.id IS NOT NULL THEN json_object('name', o.name) END,
            'timeline', (SELECT json_group_array(json(j)) FROM (
                SELECT json_object(
                    'seq', e.seq, 'kind', e.kind, 'at', e.recorded_at, 'by', w.name, 'details', json(e.payload)
                ) AS j
                FROM event e
                LEFT JOIN staff w ON w.id = CASE WHEN e.actor LIKE 'staff:%'
                    THEN unhex(replace(substr(e.actor, 7), '-', '')) END
                WHERE e.stream = c.id ORDER BY e.seq DESC
            )),
            'escalations', (SELECT json_group_array(json(j)) FROM (
                SELECT json_object(
                    'id', lower(hex(id)), 'raisedAt', raised_at, 'level', level, 'answeredAt', answered_at
                ) AS j
                FROM escalation WHERE case_id = c.id ORDER BY raised_at
            ))
        ) || '}'
        FROM "case" c
        JOIN child k ON k.id = c.child_id
        LEFT JOIN school s ON s.id = c.school_id
        LEFT JOIN staff o ON o.id = c.officer_id
        WHERE c.reference = ?1 AND c.restriction IS NULL"#,
};

/// The first 25 cases by name of children born in a year (1) whose name begins with a text (2) and so comes before
/// another (3).
pub(crate) const SEARCH: Statement = Statement {
    postgres: r#"
        SELECT '{"cases":' || coalesce(json_agg(t), '[]')::text || '}' FROM (
            SELECT c.reference, c.state,
                json_build_object(
                    'familyName', k.family_name, 'givenNames', k.given_names, 'dateOfBirth', k.date_of_birth,
                    'upn', k.upn
                ) AS child
            FROM limit_name n
            JOIN child k ON k.id = n.child_id
            JOIN "case" c ON c.child_id = k.id
            WHERE n.born = $1::text AND n.name_key >= $2::text AND n.name_key < $3::text AND c.restriction IS NULL
            ORDER BY n.name_key, c.id LIMIT 25
        ) t"#,
    sqlite: r#"
        SELECT '{"cases":' || json_group_array(json(j)) || '}' FROM (
            SELECT json_object(
                'reference', c.reference, 'state', c.state,
                'child', json_object(
                    'familyName', k.family_name, 'givenNames', k.given_names, 'dateOfBirth', k.date_of_birth,
                    'upn', k.upn
                )
            ) AS j
            FROM limit_name n
            JOIN child k ON k.id = n.child_id
            JOIN "case" c ON c.child_id = k.id
            WHERE n.born = ?1 AND n.name_key >= ?2 AND n.name_key < ?3 AND c.restriction IS NULL
            ORDER BY n.name_key, c.id LIMIT 25
        )"#,
};

/// The number of open cases in each state.
pub(crate) const STATISTICS: Statement = Statement {
    postgres: r#"
        SELECT '{"states":' || json_agg(t)::text || '}' FROM (
            SELECT state AS code, count(*) AS count FROM "case"
            WHERE state <> 'closed' AND restriction IS NULL GROUP BY state ORDER BY state
        ) t"#,
    sqlite: r#"
        SELECT '{"states":' || json_group_array(json_object('code', state, 'count', n)) || '}' FROM (
            SELECT state, count(*) AS n FROM "case"
            WHERE state <> 'closed' AND restriction IS NULL GROUP BY state ORDER BY state
        )"#,
};

/// The columns of the page of a list, by the same arguments as [`CASES`]: reference, names, date of birth, school, day
/// due, risk, officer.
pub(crate) const LIST: Statement = Statement {
    postgres: r#"
        SELECT c.reference, k.given_names, k.family_name, k.date_of_birth::text, s.name, c.due_on::text, c.risk, o.name
        FROM "case" c
        JOIN child k ON k.id = c.child_id
        LEFT JOIN school s ON s.id = c.school_id
        LEFT JOIN staff o ON o.id = c.officer_id
        WHERE c.state = $1::text AND (c.due_on, c.id) > ($2::text::date, $3::text::uuid) AND c.restriction IS NULL
        ORDER BY c.due_on, c.id LIMIT 25"#,
    sqlite: r#"
        SELECT c.reference, k.given_names, k.family_name, k.date_of_birth, s.name, c.due_on, c.risk, o.name
        FROM "case" c
        JOIN child k ON k.id = c.child_id
        LEFT JOIN school s ON s.id = c.school_id
        LEFT JOIN staff o ON o.id = c.officer_id
        WHERE c.state = ?1 AND (c.due_on, c.id) > (?2, unhex(?3)) AND c.restriction IS NULL
        ORDER BY c.due_on, c.id LIMIT 25"#,
};

/// Stores a report by family name (1), given names (2), date of birth (3) and text (4), and gives its reference. SQLite
/// has no insert within an insert, so there it is three statements in one transaction, one on each line.
pub(crate) const SUBMIT: Statement = Statement {
    postgres: r#"
        WITH k AS (
            INSERT INTO limit_child (family_name, given_names, born) VALUES ($1::text, $2::text, $3::text) RETURNING id
        ), c AS (
            INSERT INTO limit_case (child_id, opened_at) SELECT id, now() FROM k RETURNING id
        ), e AS (
            INSERT INTO limit_event (case_id, kind, note) SELECT id, 'received', $4::text FROM c
        )
        SELECT '{"reference":"' || id || '"}' FROM c"#,
    sqlite: "\
INSERT INTO limit_child (family_name, given_names, born) VALUES (?1, ?2, ?3)
INSERT INTO limit_case (child_id, opened_at) VALUES (?1, datetime('now'))
INSERT INTO limit_event (case_id, kind, note) VALUES (?1, 'received', ?2)",
};

/// Makes the tables that only the handlers here use, anew: those that are submitted to, and the index that the search
/// could not be cheaper with.
pub(crate) const PREPARE: Statement = Statement {
    postgres: r#"
        DROP TABLE IF EXISTS limit_event, limit_case, limit_child, limit_name;
        CREATE TABLE limit_child (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            family_name text NOT NULL, given_names text NOT NULL, born text NOT NULL
        );
        CREATE TABLE limit_case (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            child_id bigint NOT NULL REFERENCES limit_child, opened_at timestamptz NOT NULL
        );
        CREATE INDEX ON limit_case (child_id);
        CREATE TABLE limit_event (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            case_id bigint NOT NULL REFERENCES limit_case, kind text NOT NULL, note text NOT NULL
        );
        CREATE INDEX ON limit_event (case_id);
        CREATE TABLE limit_name AS
            SELECT to_char(date_of_birth, 'YYYY') AS born, name_key, id AS child_id
            FROM child WHERE date_of_birth IS NOT NULL;
        CREATE INDEX ON limit_name (born, name_key, child_id);
        ANALYZE limit_name;"#,
    sqlite: r#"
        DROP TABLE IF EXISTS limit_event;
        DROP TABLE IF EXISTS limit_case;
        DROP TABLE IF EXISTS limit_child;
        DROP TABLE IF EXISTS limit_name;
        CREATE TABLE limit_child (
            id INTEGER PRIMARY KEY, family_name TEXT NOT NULL, given_names TEXT NOT NULL, born TEXT NOT NULL
        );
        CREATE TABLE limit_case (
            id INTEGER PRIMARY KEY, child_id INTEGER NOT NULL REFERENCES limit_child, opened_at TEXT NOT NULL
        );
        CREATE INDEX limit_case_child ON limit_case (child_id);
        CREATE TABLE limit_event (
            id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL REFERENCES limit_case, kind TEXT NOT NULL,
            note TEXT NOT NULL
        );
        CREATE INDEX limit_event_case ON limit_event (case_id);
        CREATE TABLE limit_name AS
            SELECT strftime('%Y', date_of_birth) AS born, name_key, id AS child_id
            FROM child WHERE date_of_birth IS NOT NULL;
        CREATE INDEX limit_name_born ON limit_name (born, name_key, child_id);
        ANALYZE limit_name;"#,
};
