-- $1 workspace, $9 now; the arrays have an element for each sighting.
-- Ordered, so that two batches that meet the same cases cannot wait for each other.
INSERT INTO recovery_case AS c (workspace_id, case_id, about_id, customer_id, cause, severity, state, assignee, resolution,
                                feedback_id, occurrences, version, opened_at)
SELECT $1, t.case_id, t.about_id, t.customer_id, t.cause, t.severity, 'open', '', '', t.feedback_id, t.occurrences, 1, $9
FROM UNNEST($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::bigint[])
    AS t (case_id, about_id, customer_id, feedback_id, cause, severity, occurrences)
ORDER BY t.about_id, t.cause
ON CONFLICT (workspace_id, about_id, cause) WHERE state <> 'closed'
DO UPDATE SET occurrences = c.occurrences + excluded.occurrences, version = c.version + 1
RETURNING case_id AS id, about_id, customer_id, cause AS "cause: Cause", state AS "state: CaseState",
          severity AS "severity: Severity", assignee, resolution, feedback_id, occurrences, version, opened_at, acknowledged_at,
          resolved_at, closed_at
