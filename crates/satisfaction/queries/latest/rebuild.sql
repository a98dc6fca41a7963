WITH fresh AS MATERIALIZED (
    SELECT DISTINCT ON (customer_id, metric) customer_id, metric, value, answered_at, response_id
    FROM answer
    WHERE workspace_id = $1 AND customer_id IS NOT NULL
    ORDER BY customer_id, metric, answered_at DESC, response_id DESC
), written AS (
    INSERT INTO customer_latest AS l (workspace_id, customer_id, metric, value, answered_at, response_id)
    SELECT $1, customer_id, metric, value, answered_at, response_id FROM fresh
    ON CONFLICT (workspace_id, customer_id, metric)
    DO UPDATE SET value = excluded.value, answered_at = excluded.answered_at, response_id = excluded.response_id
    WHERE (l.value, l.answered_at, l.response_id) <> (excluded.value, excluded.answered_at, excluded.response_id)
    RETURNING 1
), removed AS (
    DELETE FROM customer_latest AS l
    WHERE l.workspace_id = $1 AND NOT EXISTS (
        SELECT FROM fresh AS f WHERE f.customer_id = l.customer_id AND f.metric = l.metric
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM fresh) AS "rows!",
    (SELECT count(*) FROM written) + (SELECT count(*) FROM removed) AS "changed!"
