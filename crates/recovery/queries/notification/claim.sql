-- $1 now, $2 the end of the lease, $3 how many at most, $4 how many on their way to one endpoint at most.
WITH candidate AS (
    SELECT due.workspace_id, due.notification_id
    FROM endpoint AS e
    CROSS JOIN LATERAL (
        SELECT n.workspace_id, n.notification_id, n.next_attempt_at
        FROM notification AS n
        WHERE n.workspace_id = e.workspace_id AND n.endpoint_id = e.endpoint_id
          AND n.state = 'pending' AND n.next_attempt_at <= $1 AND (n.claimed_until IS NULL OR n.claimed_until <= $1)
        ORDER BY n.next_attempt_at, n.notification_id
        LIMIT greatest(0, $4::bigint - (
            SELECT count(*)
            FROM notification AS c
            WHERE c.workspace_id = e.workspace_id AND c.endpoint_id = e.endpoint_id AND c.claimed_until > $1
        ))
    ) AS due
    ORDER BY due.next_attempt_at
    LIMIT $3::bigint
),
-- Asked again under the lock: another replica may have taken some since.
mine AS (
    SELECT n.workspace_id, n.notification_id
    FROM notification AS n
    JOIN candidate USING (workspace_id, notification_id)
    WHERE n.state = 'pending' AND n.next_attempt_at <= $1 AND (n.claimed_until IS NULL OR n.claimed_until <= $1)
    FOR UPDATE OF n SKIP LOCKED
)
UPDATE notification AS n
SET claimed_until = $2, attempts = n.attempts + CASE WHEN e.enabled THEN 1 ELSE 0 END
FROM mine, endpoint AS e
WHERE n.workspace_id = mine.workspace_id AND n.notification_id = mine.notification_id
  AND e.workspace_id = n.workspace_id AND e.endpoint_id = n.endpoint_id
RETURNING n.workspace_id, n.notification_id, n.case_id, n.endpoint_id, n.kind AS "kind: NotificationKind", n.body, n.attempts,
          n.claimed_until AS "claimed_until!", e.kind AS "endpoint_kind: EndpointKind", e.target, e.secret, e.enabled
