-- Insert and delete touch different rows, so that one statement can do both and count them.
WITH fresh AS MATERIALIZED (
    SELECT a.metric, d.dimension, d.key, a.day, a.value, count(*) AS n
    FROM answer AS a
    CROSS JOIN LATERAL (
        VALUES ('workspace', ''), ('customer', a.customer_id::text), ('touchpoint', a.touchpoint), ('channel', a.channel)
    ) AS d (dimension, key)
    -- Answers without a customer, touchpoint or channel count in the other dimensions only.
    WHERE a.workspace_id = $1 AND d.key IS NOT NULL AND (d.dimension = 'workspace' OR d.key <> '')
    GROUP BY a.metric, d.dimension, d.key, a.day, a.value
), written AS (
    INSERT INTO score_cell AS c (workspace_id, metric, dimension, key, day, value, n)
    SELECT $1, metric, dimension, key, day, value, n FROM fresh
    ON CONFLICT (workspace_id, metric, dimension, key, day, value) DO UPDATE SET n = excluded.n
    WHERE c.n <> excluded.n
    RETURNING 1
), removed AS (
    DELETE FROM score_cell AS c
    WHERE c.workspace_id = $1 AND NOT EXISTS (
        SELECT FROM fresh AS f
        WHERE f.metric = c.metric AND f.dimension = c.dimension AND f.key = c.key AND f.day = c.day AND f.value = c.value
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM fresh) AS "rows!",
    (SELECT count(*) FROM written) + (SELECT count(*) FROM removed) AS "changed!"
