SELECT f.floor_id, f.metric, f.dimension, f.key, f.minimum, f.window_days, f.minimum_n,
    a.alert_id AS "alert_id?", c.value AS "value?", coalesce(sum(c.n), 0)::bigint AS "n!"
FROM UNNEST($2::text[], $3::text[], $4::text[]) AS t (metric, dimension, key)
JOIN floor AS f ON f.workspace_id = $1 AND f.metric = t.metric AND f.dimension = t.dimension AND f.key = t.key
LEFT JOIN alert AS a ON a.workspace_id = f.workspace_id AND a.floor_id = f.floor_id AND a.cleared_at IS NULL
CROSS JOIN LATERAL (
    SELECT max(s.day) AS day
    FROM score_cell AS s
    WHERE s.workspace_id = f.workspace_id AND s.metric = f.metric AND s.dimension = f.dimension AND s.key = f.key
) AS newest
LEFT JOIN score_cell AS c
    ON c.workspace_id = f.workspace_id AND c.metric = f.metric AND c.dimension = f.dimension AND c.key = f.key
        AND c.day > newest.day - f.window_days
GROUP BY f.workspace_id, f.floor_id, a.alert_id, c.value
ORDER BY f.floor_id, c.value
