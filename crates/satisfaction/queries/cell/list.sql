WITH total AS (
    SELECT key, sum(n)::bigint AS n
    FROM score_cell
    WHERE workspace_id = $1 AND metric = $2 AND dimension = $3
        AND ($4::date IS NULL OR day >= $4) AND ($5::date IS NULL OR day <= $5)
    GROUP BY key
), page AS (
    SELECT key, n
    FROM total
    WHERE $6::bigint IS NULL OR n < $6 OR (n = $6 AND key > $7::text)
    ORDER BY n DESC, key
    LIMIT $8
)
SELECT page.key AS "key!", page.n AS "total!", c.value AS "value!", sum(c.n)::bigint AS "n!",
    min(c.day) AS "first_day!", max(c.day) AS "last_day!"
FROM page
JOIN score_cell AS c
    ON c.workspace_id = $1 AND c.metric = $2 AND c.dimension = $3 AND c.key = page.key
        AND ($4::date IS NULL OR c.day >= $4) AND ($5::date IS NULL OR c.day <= $5)
GROUP BY page.key, page.n, c.value
ORDER BY page.n DESC, page.key, c.value
